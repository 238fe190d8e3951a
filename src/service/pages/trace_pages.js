/**
 * The postings of a figure, a page at a time.
 */

export const ROWS = 100;
// A curve through more could not be told from one through these.
const POINTS = 200;

/** @param {string} figure @param {number | null} asOf @param {Record<string, string>} more */
function tracePath(figure, asOf, more) {
  const query = new URLSearchParams(more);
  if (asOf !== null && !/@[0-9]+$/.test(figure)) query.set('as_of', String(asOf));
  const text = query.toString();
  return `/trace/${encodeURIComponent(figure)}${text === '' ? '' : `?${text}`}`;
}

/**
 * A page of a trace; a ratio's parts have a page each.
 * @param {any} api @param {string} figure @param {number | null} asOf @param {number | null} after
 */
export function tracePage(api, figure, asOf, after) {
  const from = after === null ? {} : {after: String(after)};
  return api.get(tracePath(figure, asOf, {limit: String(ROWS), ...from}));
}

/** @param {string} figure @param {number | null} asOf */
export function bundlePath(figure, asOf) {
  return tracePath(figure, asOf, {}).replace(/(\?|$)/, '/bundle$1');
}

/** Points along the running balance of a figure, which names its own point.  @param {string} figure */
export function balancesPath(figure) {
  return tracePath(figure, null, {points: String(POINTS)}).replace('?', '/balances?');
}
