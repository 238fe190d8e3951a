/**
 * Which events a page of the log shows, and what its neighbours are.  Pure.
 *
 * Without a filter the newest come first, and `at` names the newest event of the page.  With a
 * filter by type, the service reads on from an event: the oldest come first, after `after`.
 *
 * @typedef {{path: string, isNewestFirst: boolean, top: number, bottom: number}} LogPage
 */

export const ROWS = 50;

/**
 * @param {{at: string | null, after: string | null, type: string | null}} asked
 * @param {number} last the last event that there is, as of the moment that is looked at
 * @returns {LogPage}
 */
export function logPage({at, after, type}, last) {
  if (type !== null) {
    const from = after !== null && /^[0-9]+$/.test(after) ? `&after=${after}` : '';
    return {
      path: `/events?type=${encodeURIComponent(type)}&limit=${ROWS}${from}`,
      isNewestFirst: false,
      top: 0,
      bottom: last,
    };
  }
  const wanted = at !== null && /^[0-9]+$/.test(at) ? Number(at) : last;
  const top = Math.min(wanted, last);
  const bottom = Math.max(0, top - ROWS + 1);
  const from = bottom === 0 ? '' : `&after=${bottom - 1}`;
  return {path: `/events?limit=${top - bottom + 1}${from}`, isNewestFirst: true, top, bottom};
}

/**
 * The newest event of the next newer page, and of the next older one; null where there is none.
 * @param {LogPage} page
 * @param {number} last
 * @returns {{newer: number | null, older: number | null}}
 */
export function neighbours({top, bottom}, last) {
  return {
    newer: top < last ? Math.min(top + ROWS, last) : null,
    older: bottom > 0 ? bottom - 1 : null,
  };
}
