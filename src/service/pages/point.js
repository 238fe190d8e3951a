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
    api.get(`/points/${asOf ?? 'head'}`), api.text('/checkpoint'),
  ]);
  const [origin, size] = checkpoint.split('\n');
  // The head is asked for twice, and may have moved in between.
  const head = Math.max(Number(size) - 1, point.sequence);
  return {sequence: point.sequence, head, origin, root: point.root, time: point.recorded_at};
}
