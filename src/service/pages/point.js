/**
 * What a point of the log is: its event, the time, the ledger's origin and the root of the tree then.
 * What this session may not learn is null.
 */

import {rootAt} from './tree_root.js';

/** @typedef {{sequence: number, head: number, origin: string, root: string | null, time: string | null}} Point */

/** @param {string} base64 */
function hexOf(base64) {
  return [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** The time of an event.  Only a token may read events.  */
async function timeOf({api, session}, sequence) {
  if (!session.isSignedIn) return null;
  const after = sequence === 0 ? '' : `&after=${sequence - 1}`;
  const {events} = await api.get(`/events?limit=1${after}`);
  return events[0]?.sequence === sequence ? events[0].recorded_at : null;
}

/** @param {{api: any, session: any}} context @param {number} sequence @param {number} size @param {string} now */
async function rootOf({api}, sequence, size, now) {
  if (sequence + 1 === size) return now;
  // Without TLS a browser hashes only for this very machine.
  if (globalThis.crypto?.subtle === undefined) return null;
  return rootAt(sequence + 1, size, async (path) => new Uint8Array(await (await api.bytes(path)).arrayBuffer()));
}

/**
 * @param {{api: any, session: any}} context
 * @param {number | null} asOf null is now
 * @returns {Promise<Point>}
 */
export async function pointAt(context, asOf) {
  const [origin, count, root] = (await context.api.text('/checkpoint')).split('\n');
  const size = Number(count);
  const head = size - 1;
  const sequence = asOf ?? head;
  if (sequence > head) return {sequence, head, origin, root: null, time: null};
  const [time, then] = await Promise.all([
    timeOf(context, sequence).catch(() => null),
    rootOf(context, sequence, size, hexOf(root)).catch(() => null),
  ]);
  return {sequence, head, origin, root: then, time};
}
