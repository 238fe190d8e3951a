/**
 * What a point of the log is: its event, the time, the ledger's origin and the root of the tree then.
 */

/** @typedef {{sequence: number, head: number, origin: string, root: string, time: string}} Point */

/**
 * @param {any} context of a view
 * @param {number | null} asOf null is now
 * @returns {Promise<Point>}
 */
export async function pointAt({api}, asOf) {
  const [point, checkpoint] = await Promise.all([
    api.get(`/points/${asOf ?? 'head'}`),
    api.text('/checkpoint'),
  ]);
  const [origin, size] = checkpoint.split('\n');
  // The head is asked for twice, and may have moved in between.
  const head = Math.max(Number(size) - 1, point.sequence);
  return {sequence: point.sequence, head, origin, root: point.root, time: point.recorded_at};
}

/**
 * What someone typed as a point: an event's number, a date (its end) or a time; null where it is neither.
 * @param {string} typed
 * @returns {string | null}
 */
export function readPoint(typed) {
  const text = typed.trim().replaceAll(',', '');
  if (/^[0-9]{1,15}$/.test(text)) return text;
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return `${text}T23:59:59.999999Z`;
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$/.test(text) ? text : null;
}
