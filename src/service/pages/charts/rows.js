/**
 * Where the label, the bar and the number of each row of a bar chart stand.  Where there is little
 * room, label and number stand above the bar.
 *
 * @typedef {{isStacked: boolean, barX: number, barLength: number, barHeight: number,
 *            rowHeight: number, barTop: number, textTop: number, valueX: number,
 *            labelLength: number}} RowLayout
 *   barTop and textTop (the line that text stands on) count from the top of the row; labelLength is
 *   the most characters of a label that fit.
 */

import {sign, text as textOf} from '../decimal.js';
import {axisOf} from './axis.js';

const CHARACTER = 8; // pixels, at the size that charts.css sets, on the wide side
const BAR = 16;
const GAP = 12;

/** @param {string[]} texts @returns {number} pixels that the longest of them takes */
export function widest(texts) {
  return Math.ceil(Math.max(0, ...texts.map((text) => text.length)) * CHARACTER);
}

/**
 * The axis under rows of bars, with as many steps as its numbers have room for.
 * @param {import('../decimal.js').Decimal[]} values
 * @param {RowLayout} layout
 * @param {(text: string) => string} write
 * @returns {import('./axis.js').Axis}
 */
export function rowAxis(values, {barLength, isStacked}, write) {
  // Below and above zero there is a step each.
  const fewest = new Set(values.map(sign).filter((one) => one !== 0)).size === 2 ? 2 : 1;
  for (let most = 5; ; most -= 1) {
    const axis = axisOf(values, most);
    const text = widest(axis.ticks.map((tick) => write(textOf(tick))));
    // Where bars fill the width, the last number ends with its bar, and is nearer to the one before.
    const room = (barLength / (axis.ticks.length - 1)) * (isStacked ? 0.67 : 1);
    if (most === fewest || text <= room) return axis;
  }
}

/**
 * @param {number} width of the chart
 * @param {string[]} labels
 * @param {string[]} values
 * @returns {RowLayout}
 */
export function rowLayout(width, labels, values) {
  const value = widest(values) + GAP;
  const label = Math.min(widest(labels) + GAP, Math.floor(width * 0.34));
  const isStacked = width - label - value < Math.max(width * 0.4, 160);
  if (isStacked) {
    return {
      isStacked,
      barX: 0,
      barLength: width - 1,
      barHeight: BAR,
      rowHeight: BAR + 30,
      barTop: 20,
      textTop: 14,
      valueX: width,
      labelLength: Math.max(4, Math.floor((width - value) / CHARACTER)),
    };
  }
  return {
    isStacked,
    barX: label,
    barLength: width - label - value,
    barHeight: BAR,
    rowHeight: BAR + 10,
    barTop: 5,
    textTop: 5 + BAR - 3.5,
    valueX: width,
    labelLength: Math.max(4, Math.floor((label - GAP) / CHARACTER)),
  };
}

/**
 * A text cut to a length, which says that it was.
 * @param {string} text
 * @param {number} most characters
 * @returns {string}
 */
export function cut(text, most) {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
