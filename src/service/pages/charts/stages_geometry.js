/**
 * One measure's stages as bars on one scale.  Pure: numbers in, places out.
 *
 * @typedef {import('../decimal.js').Decimal} Decimal
 * @typedef {'committed' | 'claimed' | 'verified' | 'pending' | 'rejected'} Stage
 * @typedef {{stage: Stage, label: string, value: Decimal | null, text: string, top: number,
 *            bar: {x: number, y: number, width: number, height: number} | null}} StageRow
 * @typedef {{width: number, height: number, layout: import('./rows.js').RowLayout, zeroX: number,
 *            plotHeight: number, rows: StageRow[], ticks: {x: number, value: Decimal}[]}} StageChart
 */

import {read, sign, ZERO} from '../decimal.js';
import {capital} from '../format.js';
import {along, barBetween, hundredths} from './axis.js';
import {rowAxis, rowLayout} from './rows.js';

const AXIS_HEIGHT = 24;

/** @type {readonly {stage: Stage, label: string, isAlways: boolean}[]} */
export const STAGES = Object.freeze([
  {stage: 'committed', label: 'Committed', isAlways: true},
  {stage: 'claimed', label: 'Claimed', isAlways: true},
  {stage: 'verified', label: 'Verified', isAlways: true},
  {stage: 'pending', label: 'Pending', isAlways: false},
  {stage: 'rejected', label: 'Rejected', isAlways: false},
]);

/**
 * @param {Record<Stage, string | null>} numbers a row of the totals
 * @param {number} width
 * @param {(text: string | null) => string} write how a number is written
 * @returns {StageChart}
 */
export function stageChart(numbers, width, write) {
  const shown = STAGES.map(({stage, label, isAlways}) => ({
    stage,
    label,
    isAlways,
    value: read(numbers[stage]),
    text: write(numbers[stage]),
  })).filter(({isAlways, value}) => isAlways || (value !== null && sign(value) !== 0));
  const values = shown.flatMap(({value}) => (value === null ? [] : [value]));
  const layout = rowLayout(
    width,
    shown.map(({label}) => label),
    shown.map((row) => row.text),
  );
  const axis = rowAxis(values, layout, write);
  const rows = shown.map(({stage, label, value, text}, index) => {
    const top = index * layout.rowHeight;
    const bar =
      value === null
        ? null
        : {
            ...barBetween(axis, ZERO, value, layout.barX, layout.barLength),
            y: top + layout.barTop,
            height: layout.barHeight,
          };
    return {stage, label, value, text, top, bar};
  });
  const plotHeight = rows.length * layout.rowHeight;
  const place = (/** @type {Decimal} */ value) =>
    hundredths(layout.barX + along(axis, value) * layout.barLength);
  return {
    width,
    height: plotHeight + AXIS_HEIGHT,
    layout,
    zeroX: place(ZERO),
    plotHeight,
    rows,
    ticks: axis.ticks.map((value) => ({x: place(value), value})),
  };
}

/**
 * The chart in a sentence.
 * @param {Record<Stage, string | null>} numbers
 * @param {(text: string | null) => string} write
 * @returns {string}
 */
export function stagesInWords(numbers, write) {
  const parts = STAGES.map(({stage, label}) => `${label.toLowerCase()} ${write(numbers[stage])}`);
  return capital(`${parts.join(', ')}.`);
}
