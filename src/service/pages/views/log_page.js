/**
 * Which events a page of the log shows, newest first, and where its neighbours begin.  Pure.
 *
 * A page ends below an event (`before`), or begins after one (`after`); without either it is the
 * newest.  With a type the service looks through a stretch of the log at a time, so that a page may
 * hold few events or none and still have neighbours.
 *
 * @typedef {{before: number | null, after: number | null, type: string | null}} Asked
 * @typedef {{next_before?: number | null, next_after?: number | null}} Answer
 */

export const ROWS = 50;

/** @param {string | null} text @returns {number | null} */
function sequence(text) {
  return text !== null && /^[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

/**
 * What the address of a page asks for.
 * @param {URLSearchParams} query
 * @param {readonly string[]} types
 * @returns {Asked}
 */
export function askedOf(query, types) {
  const type = query.get('type');
  const before = sequence(query.get('before'));
  return {
    before,
    after: before === null ? sequence(query.get('after')) : null,
    type: type !== null && types.includes(type) ? type : null,
  };
}

/** @param {Asked} asked @param {number} last the last event that there is, as of what is looked at */
function topOf({before}, last) {
  return before === null ? last : Math.max(0, Math.min(before - 1, last));
}

/** @param {Asked} asked @param {number} last @returns {string} */
export function logPath(asked, last) {
  const query = new URLSearchParams({limit: String(ROWS)});
  if (asked.after === null) query.set('before', String(topOf(asked, last) + 1));
  else query.set('after', String(asked.after));
  if (asked.type !== null) query.set('type', asked.type);
  return `/events?${query}`;
}

/**
 * The stretch of the log that an answer covers, and what leads to the next newer and older ones;
 * null where there is none.
 * @param {Asked} asked
 * @param {Answer} answer
 * @param {number} last
 * @returns {{top: number, bottom: number, newer: {after: number} | null,
 *            older: {before: number} | null}}
 */
export function stretchOf(asked, answer, last) {
  const isForward = asked.after !== null;
  const bottom = isForward ? asked.after + 1 : (answer.next_before ?? 0);
  const top = isForward ? Math.min(answer.next_after ?? last, last) : topOf(asked, last);
  return {
    top,
    bottom,
    newer: top < last ? {after: top} : null,
    older: bottom > 0 ? {before: bottom} : null,
  };
}
