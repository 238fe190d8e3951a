/**
 * How fast a rebuild goes, and how long it will take.  Pure.
 *
 * @typedef {{at_ms: number, done: number}} Sample
 */

// The pace is that of the last few seconds: a rebuild's stages differ.
const WINDOW_MS = 5_000;

/**
 * @param {Sample[]} samples in order of time
 * @param {number} all events to fold
 * @returns {{share: number, perSecond: number | null, leftSeconds: number | null}}
 *   share: 0 to 1; null where two samples are not there yet or nothing moved
 */
export function paceOf(samples, all) {
  const last = samples[samples.length - 1];
  if (last === undefined || all === 0) return {share: 0, perSecond: null, leftSeconds: null};
  const share = Math.min(1, last.done / all);
  const first = samples.find(({at_ms: at}) => at >= last.at_ms - WINDOW_MS) ?? last;
  const seconds = (last.at_ms - first.at_ms) / 1000;
  const events = last.done - first.done;
  if (seconds < 0.2 || events <= 0) return {share, perSecond: null, leftSeconds: null};
  const perSecond = events / seconds;
  return {
    share,
    perSecond: Math.round(perSecond),
    leftSeconds: Math.ceil((all - last.done) / perSecond),
  };
}

/**
 * A length of time in words, coarser the longer it is.
 * @param {number} seconds
 * @returns {string}
 */
export function durationInWords(seconds) {
  const of = (/** @type {number} */ count, /** @type {string} */ unit) =>
    `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (seconds < 1) return 'less than a second';
  if (seconds < 90) return of(Math.ceil(seconds), 'second');
  if (seconds < 90 * 60) return of(Math.round(seconds / 60), 'minute');
  return of(Math.round(seconds / 3600), 'hour');
}
