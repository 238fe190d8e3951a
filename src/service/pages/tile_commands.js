/**
 * The commands that fetch a whole public log with curl, tile by tile (c2sp.org/tlog-tiles), so that
 * `tally check-log` can check it.  Pure.
 */

const TILE = 256n;

/**
 * The runs of numbers in which tiles 0 to count - 1 are named: x001/000 comes after 999.  Each is a
 * path for curl, with ranges, and the same with what stands for what they matched.
 * @param {bigint} count
 * @returns {{ask: string, keep: string}[]}
 */
function runs(count) {
  const three = (/** @type {bigint} */ n) => n.toString().padStart(3, '0');
  if (count > 1_000_000n) throw new RangeError('more tiles than one page of commands fetches');
  const found = [];
  const thousands = count / 1000n;
  const rest = count % 1000n;
  if (thousands > 0n) found.push({ask: '[000-999]', keep: '#1'});
  if (thousands > 1n)
    found.push({ask: `x[001-${three(thousands - 1n)}]/[000-999]`, keep: 'x#1/#2'});
  const prefix = thousands > 0n ? `x${three(thousands)}/` : '';
  if (rest === 1n) found.push({ask: `${prefix}000`, keep: `${prefix}000`});
  if (rest > 1n) found.push({ask: `${prefix}[000-${three(rest - 1n)}]`, keep: `${prefix}#1`});
  return found;
}

/** The path of one tile's number.  @param {bigint} n */
function numbered(n) {
  const last = (n % 1000n).toString().padStart(3, '0');
  return n < 1000n ? last : `x${(n / 1000n).toString().padStart(3, '0')}/${last}`;
}

/**
 * What has to be fetched, as curl's patterns.
 * @param {number} size events in the log
 * @returns {{ask: string, keep: string}[]}
 */
export function tilesOf(size) {
  const found = [];
  const levels = [];
  for (let nodes = BigInt(size), level = 0; nodes > 0n; nodes /= TILE, level += 1) {
    levels.push({folder: String(level), nodes});
  }
  for (const {folder, nodes} of [{folder: 'entries', nodes: BigInt(size)}, ...levels]) {
    const full = nodes / TILE;
    const width = nodes % TILE;
    for (const {ask, keep} of runs(full)) {
      found.push({ask: `tile/${folder}/${ask}`, keep: `tile/${folder}/${keep}`});
    }
    if (width > 0n) {
      const path = `tile/${folder}/${numbered(full)}.p/${width}`;
      found.push({ask: path, keep: path});
    }
  }
  return found;
}

/**
 * @param {{size: number, base: string, needsToken: boolean}} log
 *   base: where the service is, such as https://ledger.example.gov.uk
 * @returns {string} commands for a shell; the token, where one is needed, stands in TALLY_TOKEN
 */
export function fetchCommands({size, base, needsToken}) {
  const header = needsToken ? ' -H "Authorization: Bearer $TALLY_TOKEN"' : '';
  const tiles = tilesOf(size).map(({ask, keep}) => `  -o 'log/${keep}' '${base}/${ask}'`);
  return [
    `curl -fsS --create-dirs${header} \\`,
    ...tiles.map((line, index) => (index === tiles.length - 1 ? line : `${line} \\`)),
  ].join('\n');
}
