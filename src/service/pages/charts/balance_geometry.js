/**
 * A running balance as a line of steps.  Pure.
 *
 * @typedef {import('../decimal.js').Decimal} Decimal
 * @typedef {{sequence: number, recorded_at: string, balance: string, type?: string}} Balance
 *   type: of the event that posted, where its corrections are to be marked
 * @typedef {{x: number, y: number, sequence: number, count: number}} Mark
 *   corrections that fall on one pixel column share a mark, which counts them
 * @typedef {{width: number, height: number, left: number, right: number, top: number,
 *            bottom: number, zeroY: number, path: string, marks: Mark[],
 *            end: {x: number, y: number, balance: Decimal}, isOfTime: boolean,
 *            ticksY: {y: number, value: Decimal}[],
 *            ticksX: {x: number, text: string}[]}} BalanceChart
 */

import {decimal, text as textOf, ZERO} from '../decimal.js';
import {along, axisOf, hundredths} from './axis.js';
import {widest} from './rows.js';
import {timeTicks} from './time_axis.js';

const HEIGHT = 240;
const MARGIN = Object.freeze({top: 14, right: 16, bottom: 30});
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Of the points that fall on one pixel column, only those that a reader would see: the first, the
 * least, the greatest and the last, in their order.  No extreme is ever hidden.
 * @template {{x: number, y: number}} Point
 * @param {Point[]} points in order of x
 * @returns {Point[]}
 */
export function thinned(points) {
  /** @type {Point[]} */
  const kept = [];
  for (let start = 0; start < points.length;) {
    const column = Math.floor(points[start].x);
    let end = start;
    let low = start;
    let high = start;
    for (; end < points.length && Math.floor(points[end].x) === column; end += 1) {
      if (points[end].y < points[low].y) low = end;
      if (points[end].y > points[high].y) high = end;
    }
    const chosen = [...new Set([start, low, high, end - 1])].sort((a, b) => a - b);
    for (const index of chosen) kept.push(points[index]);
    start = end;
  }
  return kept;
}

/**
 * A path that goes level to each point, then up or down to it, and level on to the end.
 * @param {{x: number, y: number}[]} points
 * @param {number} startX
 * @param {number} startY
 * @param {number} endX
 */
function stepPath(points, startX, startY, endX) {
  let path = `M${startX} ${startY}`;
  for (const {x, y} of points) path += `H${x}V${y}`;
  return `${path}H${endX}`;
}

/** @param {{x: number, y: number, sequence: number}[]} points @returns {Mark[]} */
function marksOf(points) {
  /** @type {Mark[]} */
  const marks = [];
  for (const {x, y, sequence} of points) {
    const last = marks[marks.length - 1];
    if (last !== undefined && x - last.x < 1) {
      last.count += 1;
      last.y = y;
    } else {
      marks.push({x, y, sequence, count: 1});
    }
  }
  return marks;
}

/**
 * @param {Balance[]} postings in the order of the log
 * @param {{sequence: number, recorded_at: string | null}} end up to where the line is drawn
 */
function extent(postings, end) {
  const times = postings.map(({recorded_at}) => Date.parse(recorded_at));
  const last = end.recorded_at === null ? NaN : Date.parse(end.recorded_at);
  const from = times.length > 0 ? times[0] : last;
  const to = Math.max(times.length > 0 ? times[times.length - 1] : last, last || -Infinity);
  // What was recorded within a day or so was entered at one sitting: its order tells more.
  if (to - from >= 2 * DAY_MS) return {isOfTime: true, places: times, from, to};
  const places = postings.map(({sequence}) => sequence);
  const first = places.length > 0 ? places[0] : 0;
  return {
    isOfTime: false,
    places,
    from: Math.max(0, first - 1),
    to: Math.max(end.sequence, first + 1),
  };
}

/**
 * @param {Balance[]} postings of one figure, in the order of the log
 * @param {{sequence: number, recorded_at: string | null}} end as of when the figure is asked for
 * @param {number} width
 * @param {(text: string) => string} write
 * @returns {BalanceChart}
 */
export function balanceChart(postings, end, width, write) {
  const balances = postings.map(({balance}) => decimal(balance));
  const axis = axisOf(balances, 4);
  const left = Math.min(widest(axis.ticks.map((tick) => write(textOf(tick)))) + 10, width / 2);
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const y = (/** @type {Decimal} */ value) =>
    hundredths(bottom - along(axis, value) * (bottom - MARGIN.top));
  const {isOfTime, places, from, to} = extent(postings, end);
  const x = (/** @type {number} */ place) =>
    hundredths(left + ((place - from) / (to - from || 1)) * (right - left));
  const points = postings.map(({sequence, type}, index) => ({
    x: x(places[index]),
    y: y(balances[index]),
    sequence,
    type,
  }));
  const last = balances.length > 0 ? balances[balances.length - 1] : ZERO;
  const ticksX = isOfTime
    ? timeTicks(from, to, Math.max(2, Math.floor((right - left) / 110))).map(({time, text}) => ({
        x: x(time),
        text,
      }))
    : eventTicks(from, to, right - left).map((tick) => ({x: x(tick), text: write(String(tick))}));
  return {
    width,
    height: HEIGHT,
    left,
    right,
    top: MARGIN.top,
    bottom,
    zeroY: y(ZERO),
    path: stepPath(thinned(points), points.length > 0 ? points[0].x : left, y(ZERO), right),
    marks: marksOf(points.filter(({type}) => type === 'correction')),
    end: {x: right, y: y(last), balance: last},
    isOfTime,
    ticksY: axis.ticks.map((value) => ({y: y(value), value})),
    ticksX,
  };
}

/**
 * Round sequences from one to another.
 * @param {number} from
 * @param {number} to
 * @param {number} length pixels
 * @returns {number[]}
 */
function eventTicks(from, to, length) {
  const most = Math.max(1, Math.floor(length / 90));
  const ladder = [1, 2, 5];
  for (let power = 1; ; power *= 10) {
    for (const leading of ladder) {
      const step = leading * power;
      const first = Math.ceil(from / step) * step;
      const count = Math.floor((to - first) / step) + 1;
      if (count <= most + 1)
        return Array.from({length: Math.max(0, count)}, (_, n) => first + n * step);
    }
  }
}
