import assert from 'node:assert/strict';
import {test} from 'node:test';

import {axisOf, along} from '../../../src/service/pages/charts/axis.js';
import {balanceChart, thinned} from '../../../src/service/pages/charts/balance_geometry.js';
import {cut, rowAxis, rowLayout, widest} from '../../../src/service/pages/charts/rows.js';
import {stageChart, stagesInWords} from '../../../src/service/pages/charts/stages_geometry.js';
import {timeTicks} from '../../../src/service/pages/charts/time_axis.js';
import {add, compare, decimal, subtract, text} from '../../../src/service/pages/decimal.js';
import {assertInside} from './inside.js';
import {randomOf, testSeed} from './random.js';

const plain = (value) => value ?? 'none';
const WIDTHS = [260, 320, 480, 720, 1100];

function assertRound(ticks) {
  assert.ok(ticks.length >= 2);
  const gap = subtract(ticks[1], ticks[0]);
  assert.match(gap.units.toString(), /^[125]0*$/, `a step of ${text(gap)}`);
}

test('an axis holds zero and every value, and its ticks are round', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 1000; round += 1) {
    const values = Array.from({length: random.below(5)}, () => decimal(random.quantity()));
    const most = 2 + random.below(6);
    const axis = axisOf(values, most);
    assert.ok(axis.ticks.length - 1 <= most);
    assertRound(axis.ticks);
    assert.ok(axis.ticks.some((tick) => text(tick) === '0'));
    for (const value of values) {
      assert.ok(compare(axis.low, value) <= 0 && compare(value, axis.high) <= 0);
      assert.ok(along(axis, value) >= 0 && along(axis, value) <= 1);
    }
  }
});

test('the axis of 0 to 107 goes by twenties and fifties', () => {
  assert.deepEqual(axisOf([decimal('107')], 6).ticks.map(text), [
    '0',
    '20',
    '40',
    '60',
    '80',
    '100',
    '120',
  ]);
  assert.deepEqual(axisOf([decimal('107')], 3).ticks.map(text), ['0', '50', '100', '150']);
  assert.deepEqual(axisOf([decimal('-0.03'), decimal('0.05')], 5).ticks.map(text), [
    '-0.04',
    '-0.02',
    '0',
    '0.02',
    '0.04',
    '0.06',
  ]);
  assert.deepEqual(axisOf([], 5).ticks.map(text).at(-1), '1');
});

test('the numbers under bars do not run into each other, however long they are', () => {
  const write = (value) => value.replace(/\B(?=([0-9]{3})+$)/g, ',');
  for (const width of WIDTHS) {
    for (const value of ['7', '1500000', '8999999999999', '-8999999999999']) {
      const layout = rowLayout(width, ['Committed'], [write(value)]);
      const {ticks} = rowAxis([decimal(value)], layout, write);
      const step = layout.barLength / (ticks.length - 1);
      const size = widest(ticks.map((tick) => write(text(tick))));
      assert.ok(ticks.length === 2 || size <= step, `${value} on ${width}`);
    }
  }
  // Zero is told from what is below it and above it.
  const both = rowAxis([decimal('-8999999999999'), decimal('1')], rowLayout(260, [], []), write);
  assert.ok(both.ticks.length >= 3);
});

test('every bar of the stages lies inside the chart', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 500; round += 1) {
    const number = () => (random.below(6) === 0 ? null : random.quantity());
    const row = {
      committed: number(),
      claimed: number(),
      verified: number(),
      pending: number(),
      rejected: number(),
    };
    for (const width of WIDTHS) {
      const chart = stageChart(row, width, plain);
      for (const {bar, stage} of chart.rows) if (bar !== null) assertInside(bar, chart, stage);
      for (const {x} of chart.ticks) assert.ok(x >= 0 && x <= width);
    }
  }
});

test('the stages show pending and rejected only where there are any', () => {
  const row = {committed: '0', claimed: '105', verified: '99', pending: '6', rejected: '0'};
  const chart = stageChart(row, 720, plain);
  assert.deepEqual(
    chart.rows.map(({stage}) => stage),
    ['committed', 'claimed', 'verified', 'pending'],
  );
  assert.equal(chart.rows[0].bar.width, 0);
  assert.ok(chart.rows[1].bar.width > chart.rows[2].bar.width);
  assert.equal(
    stagesInWords(row, plain),
    'Committed 0, claimed 105, verified 99, pending 6, rejected 0.',
  );
});

test('a stage without a number has no bar', () => {
  const row = {committed: null, claimed: null, verified: '65', pending: null, rejected: null};
  const chart = stageChart(row, 720, plain);
  assert.deepEqual(
    chart.rows.map(({bar}) => bar !== null),
    [false, false, true],
  );
});

function randomPostings(random, count) {
  let balance = decimal('0');
  let time = Date.UTC(2022, 3, 1);
  return Array.from({length: count}, (_, index) => {
    const delta = random.quantity();
    balance = add(balance, decimal(delta));
    time += random.below(40) * 3_600_000;
    return {
      sequence: index * 3 + 1,
      recorded_at: new Date(time).toISOString(),
      delta,
      balance: text(balance),
      type: random.below(9) === 0 ? 'correction' : 'claim',
    };
  });
}

test('the line of a balance stays inside its frame and ends at the last balance', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (const count of [0, 1, 2, 50, 3000]) {
    const postings = randomPostings(random, count);
    const end = {sequence: count * 3 + 5, recorded_at: null};
    for (const width of WIDTHS) {
      const chart = balanceChart(postings, end, width, plain);
      for (const [, way, place] of chart.path.matchAll(/([HV])([-0-9.]+)/g)) {
        const at = Number(place);
        if (way === 'H') assert.ok(at >= chart.left - 0.01 && at <= chart.right + 0.01);
        else assert.ok(at >= chart.top - 0.01 && at <= chart.bottom + 0.01);
      }
      assert.equal(text(chart.end.balance), count === 0 ? '0' : postings.at(-1).balance);
      assert.ok(chart.path.length < width * 80, 'it stays small, however many postings');
      const corrections = postings.filter(({type}) => type === 'correction').length;
      assert.equal(
        chart.marks.reduce((sum, {count: n}) => sum + n, 0),
        corrections,
      );
      for (const {x} of chart.ticksX) assert.ok(x >= chart.left && x <= chart.right);
    }
  }
});

test('thinning keeps the least and the greatest of each column', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  const points = Array.from({length: 20000}, (_, index) => ({
    x: index / 40,
    y: random.next() * 200,
  }));
  const kept = thinned(points);
  assert.ok(kept.length <= 4 * 500);
  for (let column = 0; column < 500; column += 1) {
    const all = points.filter(({x}) => Math.floor(x) === column).map(({y}) => y);
    const left = kept.filter(({x}) => Math.floor(x) === column).map(({y}) => y);
    assert.equal(Math.min(...left), Math.min(...all));
    assert.equal(Math.max(...left), Math.max(...all));
    assert.equal(left.at(-1), all.at(-1));
  }
});

test('what was recorded at one sitting is shown in the order of the log, else over time', () => {
  const posting = (sequence, recorded_at, balance) => ({
    sequence,
    recorded_at,
    balance,
    delta: '1',
    type: 'claim',
  });
  const sitting = [
    posting(1, '2026-01-01T10:00:00Z', '1'),
    posting(9, '2026-01-01T10:05:00Z', '2'),
  ];
  assert.equal(balanceChart(sitting, {sequence: 9, recorded_at: null}, 600, plain).isOfTime, false);
  const months = [posting(1, '2026-01-01T10:00:00Z', '1'), posting(9, '2026-07-01T10:05:00Z', '2')];
  assert.equal(balanceChart(months, {sequence: 9, recorded_at: null}, 600, plain).isOfTime, true);
});

test('ticks of time are the first of days, months and years', () => {
  const texts = (from, to, most) =>
    timeTicks(Date.parse(from), Date.parse(to), most).map((tick) => tick.text);
  assert.deepEqual(texts('2026-01-30T10:00:00Z', '2026-02-02T12:00:00Z', 4), [
    '31 Jan 2026',
    '1 Feb 2026',
    '2 Feb 2026',
  ]);
  assert.deepEqual(texts('2022-04-01T00:00:00Z', '2023-03-31T00:00:00Z', 5), [
    'Apr 2022',
    'Jul 2022',
    'Oct 2022',
    'Jan 2023',
  ]);
  assert.deepEqual(texts('2001-05-01T00:00:00Z', '2026-01-01T00:00:00Z', 6), [
    '2005',
    '2010',
    '2015',
    '2020',
    '2025',
  ]);
  assert.ok(texts('1900-01-01T00:00:00Z', '2199-12-31T00:00:00Z', 6).length <= 6);
});

test('a cut label says that it was cut', () => {
  assert.equal(cut('verification', 20), 'verification');
  assert.equal(cut('a'.repeat(200), 10), `${'a'.repeat(9)}…`);
});
