import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readPoint} from '../../../src/service/pages/point.js';
import {citation} from '../../../src/service/pages/citation.js';
import {changedMeasures} from '../../../src/service/pages/changed_measures.js';
import {balancesPath, bundlePath} from '../../../src/service/pages/trace_pages.js';

test('a point is an event, the end of a day, or a time', () => {
  assert.equal(readPoint(' 1,042 '), '1042');
  assert.equal(readPoint('2024-06-14'), '2024-06-14T23:59:59.999999Z');
  assert.equal(readPoint('2024-06-14T09:30:00Z'), '2024-06-14T09:30:00Z');
  for (const nonsense of ['', 'yesterday', '-1', '14/06/2024', '1e3'])
    assert.equal(readPoint(nonsense), null);
});

test('a citation names the figure at its point, the ledger and the root', () => {
  assert.equal(
    citation({
      figure: '2023-24:jobs:verified@218',
      quantity: '126',
      unit: 'job',
      title: 'Jobs created',
      origin: 'ledger.example/a',
      size: 219,
      root: 'ab12',
    }),
    'Jobs created: 126 jobs. Figure 2023-24:jobs:verified@218, ledger ledger.example/a, tree of 219, root ab12.',
  );
});

test('a measure has changed when a number or a value of it has, and not because its year has', () => {
  const row = (measure, verified, restated = true) => ({measure, verified, restated});
  const changed = changedMeasures(
    [row('a', '1'), row('b', '2'), row('new', '1')],
    [row('a', '1', false), row('b', '3', false)],
  );
  assert.deepEqual([...changed].sort(), ['b', 'new']);
});

test('a bundle is asked for as of the point that is looked at', () => {
  assert.equal(
    bundlePath('2023-24:jobs:verified', null),
    '/trace/2023-24%3Ajobs%3Averified/bundle',
  );
  assert.equal(
    bundlePath('2023-24:jobs:verified', 7),
    '/trace/2023-24%3Ajobs%3Averified/bundle?as_of=7',
  );
  assert.equal(
    bundlePath('2023-24:jobs:verified@7', 7),
    '/trace/2023-24%3Ajobs%3Averified%407/bundle',
  );
});

test('points along a figure are asked for by its name alone, which has its point', () => {
  assert.equal(
    balancesPath('2023-24:jobs:verified@7'),
    '/trace/2023-24%3Ajobs%3Averified%407/balances?points=200',
  );
});
