/**
 * The postings of a figure, a page at a time.
 */

export const ROWS = 100;

/** @param {string} figure @param {number | null} asOf @param {Record<string, string>} more */
function tracePath(figure, asOf, more) {
  const query = new URLSearchParams(more);
  if (asOf !== null && !/@[0-9]+$/.test(figure)) query.set('as_of', String(asOf));
  const text = query.toString();
  return `/trace/${encodeURIComponent(figure)}${text === '' ? '' : `?${text}`}`;
}

/** What a whole trace would be as its page after an event.  @param {any} trace @param {number | null} after */
export function pageOf(trace, after) {
  const rest = trace.postings.filter(({sequence}) => after === null || sequence > after);
  // An event's postings stay together.
  let end = Math.min(ROWS, rest.length);
  while (end > 0 && end < rest.length && rest[end].sequence === rest[end - 1].sequence) end += 1;
  return {
    ...trace,
    whole: trace.postings,
    postings: rest.slice(0, end),
    next_after: end < rest.length ? rest[end - 1].sequence : null,
  };
}

/**
 * A service that does not page traces gives the whole, which is cut here.
 * @param {any} api @param {string} figure @param {number | null} asOf @param {number | null} after
 */
export async function tracePage(api, figure, asOf, after) {
  try {
    const from = after === null ? {} : {after: String(after)};
    const trace = await api.get(tracePath(figure, asOf, {limit: String(ROWS), ...from}));
    if (trace.next_after === undefined && trace.numerator === undefined)
      return pageOf(trace, after);
    const isWhole = after === null && trace.next_after === null;
    return {...trace, whole: isWhole ? trace.postings : null};
  } catch (problem) {
    if (problem.status !== 400) throw problem;
    const trace = await api.get(tracePath(figure, asOf, {}));
    const part = (one) => (one === undefined ? undefined : pageOf(one, after));
    return {
      ...pageOf(trace, after),
      numerator: part(trace.numerator),
      denominator: part(trace.denominator),
    };
  }
}

/** @param {string} figure @param {number | null} asOf */
export function bundlePath(figure, asOf) {
  return tracePath(figure, asOf, {}).replace(/(\?|$)/, '/bundle$1');
}
