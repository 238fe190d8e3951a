import assert from 'node:assert/strict';
import {test} from 'node:test';

import {fetchCommands, tilesOf} from '../../../src/service/pages/tile_commands.js';

/** What curl makes of a pattern. */
function expanded(pattern) {
  const found = /^(.*?)\[([0-9]+)-([0-9]+)\](.*)$/.exec(pattern);
  if (found === null) return [pattern];
  const [, before, from, to, after] = found;
  const all = [];
  for (let n = Number(from); n <= Number(to); n += 1) {
    all.push(
      ...expanded(after).map((rest) => `${before}${String(n).padStart(from.length, '0')}${rest}`),
    );
  }
  return all;
}

/** The tiles of a log as the specification of tlog-tiles has them, one by one. */
function expectedTiles(size) {
  const name = (n) => {
    let path = String(n % 1000).padStart(3, '0');
    for (let left = Math.floor(n / 1000); left > 0; left = Math.floor(left / 1000)) {
      path = `x${String(left % 1000).padStart(3, '0')}/${path}`;
    }
    return path;
  };
  const all = [];
  const add = (folder, nodes) => {
    for (let n = 0; n < Math.floor(nodes / 256); n += 1) all.push(`tile/${folder}/${name(n)}`);
    if (nodes % 256 > 0)
      all.push(`tile/${folder}/${name(Math.floor(nodes / 256))}.p/${nodes % 256}`);
  };
  add('entries', size);
  for (let level = 0, nodes = size; nodes > 0; level += 1, nodes = Math.floor(nodes / 256))
    add(level, nodes);
  return all;
}

test('every tile of a log is fetched, and nothing else, whatever its size', () => {
  for (const size of [
    1, 63, 255, 256, 257, 512, 65_535, 65_536, 65_537, 256_000, 256_001, 256_255, 256_256, 512_000,
    600_000, 10_000_000,
  ]) {
    const asked = tilesOf(size).flatMap(({ask}) => expanded(ask));
    assert.deepEqual([...asked].sort(), expectedTiles(size).sort(), `${size} events`);
  }
});

test('each pattern is kept under the path that it was asked by', () => {
  for (const {ask, keep} of tilesOf(10_000_000)) {
    let n = 0;
    assert.equal(
      keep,
      ask.replace(/\[[0-9]+-[0-9]+\]/g, () => `#${(n += 1)}`),
    );
  }
});

test('the commands name the token only where reading needs one', () => {
  const open = fetchCommands({size: 63, base: 'http://127.0.0.1:8455', needsToken: false});
  assert.equal(
    open,
    "curl -fsS --create-dirs \\\n  -o 'log/tile/entries/000.p/63' 'http://127.0.0.1:8455/tile/entries/000.p/63' \\\n" +
      "  -o 'log/tile/0/000.p/63' 'http://127.0.0.1:8455/tile/0/000.p/63'",
  );
  assert.match(fetchCommands({size: 63, base: 'x', needsToken: true}), /Bearer \$TALLY_TOKEN"/);
});
