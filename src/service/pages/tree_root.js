/**
 * The root that the log had at an earlier size, made from its tiles (RFC 6962, tlog-tiles): so that
 * what a page shows as of then can be told from any other history.
 */

const HASH_BYTES = 32;
const TILE = 256;

/**
 * The whole subtrees that a tree of so many leaves is made of, the largest first.
 * @param {number} size
 * @returns {{height: number, index: number}[]}
 */
export function subtreesOf(size) {
  const found = [];
  let start = 0;
  for (let height = 52; height >= 0; height -= 1) {
    const leaves = 2 ** height;
    if (size - start < leaves) continue;
    found.push({height, index: start / leaves});
    start += leaves;
  }
  return found;
}

/** "x001/234" of 1234.  @param {number} index */
function tileName(index) {
  const last = String(index % 1000).padStart(3, '0');
  let name = last;
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    name = `x${String(rest % 1000).padStart(3, '0')}/${name}`;
  }
  return name;
}

/**
 * The tile that holds a subtree's hashes, and which of them.
 * @param {{height: number, index: number}} subtree
 * @param {number} size of the log as it is served
 */
export function tileOf({height, index}, size) {
  const level = Math.floor(height / 8);
  const count = 2 ** (height % 8);
  const first = index * count;
  const tile = Math.floor(first / TILE);
  const width = Math.min(TILE, Math.floor(size / TILE ** level) - tile * TILE);
  const partial = width < TILE ? `.p/${width}` : '';
  return {path: `/tile/${level}/${tileName(tile)}${partial}`, first: first % TILE, count};
}

/** @param {Uint8Array} left @param {Uint8Array} right */
async function parent(left, right) {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** @param {Uint8Array[]} hashes a power of two of them */
async function whole(hashes) {
  let row = hashes;
  while (row.length > 1) {
    const next = [];
    for (let at = 0; at < row.length; at += 2) next.push(await parent(row[at], row[at + 1]));
    row = next;
  }
  return row[0];
}

/**
 * @param {number} size that the log had then, at least 1
 * @param {number} served size that it has now
 * @param {(path: string) => Promise<Uint8Array>} fetchTile
 * @returns {Promise<string>} in hex
 */
export async function rootAt(size, served, fetchTile) {
  const tiles = new Map();
  const hashes = [];
  for (const subtree of subtreesOf(size)) {
    const {path, first, count} = tileOf(subtree, served);
    if (!tiles.has(path)) tiles.set(path, await fetchTile(path));
    const bytes = tiles.get(path);
    hashes.push(await whole(Array.from({length: count},
      (_, at) => bytes.subarray((first + at) * HASH_BYTES, (first + at + 1) * HASH_BYTES))));
  }
  let root = /** @type {Uint8Array} */ (hashes.pop());
  while (hashes.length > 0) root = await parent(/** @type {Uint8Array} */ (hashes.pop()), root);
  return [...root].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
