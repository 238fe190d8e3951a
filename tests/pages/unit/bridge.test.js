import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  MOST_EVENTS,
  stepsOf,
  sumInWords,
  waterfall,
} from '../../../src/service/pages/charts/waterfall_geometry.js';
import {add, decimal, equal, sign, sum, text} from '../../../src/service/pages/decimal.js';
import {groupsOf} from '../../../src/service/pages/views/bridge_groups.js';
import {assertInside} from './inside.js';
import {randomOf, testSeed} from './random.js';

const plain = (value) => value ?? 'none';
const names = {opening: 'Published', closing: 'Now'};
const WIDTHS = [260, 320, 480, 720, 1100];
const CAUSES = ['late commitment', 'late claim', 'verification', 'correction', 'proxy change'];

const total = (texts) => text(sum(texts.map((one) => decimal(one ?? '0'))));

/** A bridge of these lines, of which the service tells the first of each cause. */
function bridgeOf(opening, all, told = all) {
  const causes = CAUSES.flatMap((cause) => {
    const of = all.filter((line) => line.cause === cause);
    const [quantity, value] = ['quantity', 'value'].map((one) => total(of.map((l) => l[one])));
    return of.length === 0 ? [] : [{cause, events: of.length, quantity, value}];
  });
  const closing = {
    quantity: total([opening.quantity, ...all.map(({quantity}) => quantity)]),
    value:
      opening.value === null ? null : total([opening.value, ...all.map(({value}) => value ?? '0')]),
  };
  return {
    figure: 'f',
    from: 1,
    to: 2,
    opening,
    lines: told,
    left_off: all.length - told.length,
    causes,
    closing,
  };
}

const line = (sequence, cause, quantity, value = null) => ({
  sequence,
  entry: `entry-${sequence}`,
  cause,
  quantity,
  value,
  reason: null,
});

function randomBridge(random, count, isTold = () => true) {
  const lines = Array.from({length: count}, (_, index) =>
    line(
      100 + index,
      CAUSES[Math.floor((index * CAUSES.length) / count)],
      random.quantity(),
      random.quantity(),
    ),
  );
  const opening = {quantity: random.quantity(), value: random.quantity()};
  return bridgeOf(opening, lines, lines.filter(isTold));
}

test('a waterfall ends where its last bar is, inside the chart, and adds up exactly', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 400; round += 1) {
    const bridge = randomBridge(random, random.below(30), () => random.below(3) > 0);
    const {steps, closes} = stepsOf(bridge, 'quantity', names);
    assert.ok(closes);
    assert.equal(text(steps.at(-1).to), text(decimal(bridge.closing.quantity)));
    assert.ok(equal(steps.at(-2).to, steps.at(-1).to));
    for (const width of WIDTHS) {
      const chart = waterfall(steps, width, plain);
      for (const {bar, step} of chart.rows) assertInside(bar, chart, step.label);
      assert.equal(chart.joins.length, steps.length - 1);
    }
  }
});

test('a bridge that does not add up is not shown as if it did', () => {
  const bridge = {
    ...bridgeOf({quantity: '107', value: null}, []),
    closing: {quantity: '99', value: null},
  };
  assert.equal(stepsOf(bridge, 'quantity', names).closes, false);
  assert.equal(stepsOf(bridge, 'value', names), null);
});

test('many events become a step a cause, and so do few of which some are not told', () => {
  const lines = [
    line(1, 'late claim', '5'),
    line(2, 'late claim', '-1'),
    line(3, 'correction', '2'),
  ];
  const many = [
    ...lines,
    ...Array.from({length: MOST_EVENTS}, (_, at) => line(at, 'correction', '1')),
  ];
  const opening = {quantity: '1', value: null};
  const deltas = (bridge) =>
    stepsOf(bridge, 'quantity', names)
      .steps.slice(1, -1)
      .map(({label, delta}) => `${label} ${text(delta)}`);
  assert.deepEqual(deltas(bridgeOf(opening, many)), ['Late claim (2) 4', 'Correction (9) 10']);
  assert.deepEqual(deltas(bridgeOf(opening, lines, lines.slice(0, 1))), [
    'Late claim (2) 4',
    'Correction (1) 2',
  ]);
  assert.deepEqual(deltas(bridgeOf(opening, lines)), [
    'Late claim: entry-1 5',
    'Late claim: entry-2 -1',
    'Correction: entry-3 2',
  ]);
});

test('the sum is written out to the last decimal', () => {
  const lines = [line(1, 'late claim', '0.000001'), line(2, 'correction', '-8')];
  const {steps} = stepsOf(bridgeOf({quantity: '107', value: null}, lines), 'quantity', names);
  assert.equal(sumInWords(steps, plain), '107 + 0.000001 − 8 = 99.000001');
});

test('the rows of a table lead from the opening to the closing, whatever is told', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 300; round += 1) {
    const bridge = randomBridge(random, 1 + random.below(40), () => random.below(2) === 0);
    const groups = groupsOf(bridge);
    const rows = groups.flatMap((group) => group.rows);
    for (const of of ['quantity', 'value']) {
      let at = decimal(bridge.opening[of]);
      for (const {moved, after} of rows) {
        at = add(at, decimal(moved[of]));
        assert.equal(after[of], text(at));
      }
      assert.equal(text(at), bridge.closing[of]);
    }
    assert.equal(
      rows.reduce((count, {smaller}) => count + smaller, 0),
      bridge.left_off,
    );
    for (const {cause, rows: own} of groups) {
      assert.equal(total(own.map(({moved}) => moved.quantity)), text(decimal(cause.quantity)));
    }
  }
});

test('a figure without a value has none behind any row', () => {
  const lines = [line(1, 'late claim', '5'), line(2, 'late claim', '-1')];
  const [{rows}] = groupsOf(bridgeOf({quantity: '0', value: null}, lines, lines.slice(0, 1)));
  assert.deepEqual(
    rows.map(({after}) => after),
    [
      {quantity: '5', value: null},
      {quantity: '4', value: null},
    ],
  );
  assert.equal(sign(decimal(rows[1].moved.quantity)), -1);
  assert.equal(rows[1].smaller, 1);
});
