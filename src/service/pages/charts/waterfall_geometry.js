/**
 * A bridge as a waterfall: what was published, what moved it, what it is now.  Pure.
 *
 * @typedef {import('../decimal.js').Decimal} Decimal
 * @typedef {{sequence: number, entry: string, cause: string, quantity: string,
 *            value: string | null, reason: string | null}} BridgeLine
 * @typedef {{quantity: string | null, value: string | null}} Amounts
 * @typedef {{cause: string, events: number, quantity: string, value: string | null}} Cause
 *   what all events of a cause come to
 * @typedef {{figure: string, from: number, to: number, opening: Amounts, lines: BridgeLine[],
 *            left_off: number, causes: Cause[], closing: Amounts}} Bridge
 *   lines: those that moved most; `left_off` is how many more there are
 * @typedef {{kind: 'opening' | 'up' | 'down' | 'closing', label: string, from: Decimal,
 *            to: Decimal, delta: Decimal, events: number}} Step
 *   of the opening and the closing: from zero to the amount
 * @typedef {{step: Step, top: number, text: string, label: string,
 *            bar: {x: number, y: number, width: number, height: number}}} WaterfallRow
 * @typedef {{width: number, height: number, plotHeight: number, zeroX: number,
 *            layout: import('./rows.js').RowLayout, rows: WaterfallRow[],
 *            joins: {x: number, y1: number, y2: number}[],
 *            ticks: {x: number, value: Decimal}[]}} Waterfall
 */

import {add, decimal, equal, negate, sign, text as textOf, ZERO} from '../decimal.js';
import {capital} from '../format.js';
import {along, barBetween, hundredths} from './axis.js';
import {cut, rowAxis, rowLayout} from './rows.js';

const AXIS_HEIGHT = 24;
// With more events than these, a bar stands for all of one cause; the table has each of them.
export const MOST_EVENTS = 8;

/**
 * The steps of a waterfall.  Nothing where the bridge has no such amounts.
 * @param {Bridge} bridge
 * @param {'quantity' | 'value'} of
 * @param {{opening: string, closing: string}} names
 * @returns {{steps: Step[], closes: boolean} | null}
 *   closes: whether opening and moves add up to the closing, exactly
 */
export function stepsOf(bridge, of, names) {
  const opening = bridge.opening[of];
  const closing = bridge.closing[of];
  if (opening === null || closing === null) return null;
  const isEachDrawn = bridge.left_off === 0 && bridge.lines.length <= MOST_EVENTS;
  const moves = isEachDrawn
    ? bridge.lines.map((line) => ({
        label: `${capital(line.cause)}: ${line.entry}`,
        delta: decimal(line[of] ?? '0'),
        events: 1,
      }))
    : bridge.causes.map((one) => ({
        label: `${capital(one.cause)} (${one.events})`,
        delta: decimal(one[of] ?? '0'),
        events: one.events,
      }));
  // An event may move the value and not the quantity, or the other way round.
  const moving = moves.filter(({delta}) => sign(delta) !== 0);
  let at = decimal(opening);
  /** @type {Step[]} */
  const steps = [{kind: 'opening', label: names.opening, from: ZERO, to: at, delta: at, events: 0}];
  for (const {label, delta, events} of moving) {
    const to = add(at, delta);
    const kind = sign(delta) > 0 ? 'up' : 'down';
    steps.push({kind, label, from: at, to, delta, events});
    at = to;
  }
  const end = decimal(closing);
  steps.push({kind: 'closing', label: names.closing, from: ZERO, to: end, delta: end, events: 0});
  return {steps, closes: equal(at, end)};
}

/** @param {Step} step @param {(text: string) => string} write @returns {string} */
function stepText(step, write) {
  const isMove = step.kind !== 'opening' && step.kind !== 'closing';
  const text = write(textOf(step.delta));
  return isMove && sign(step.delta) > 0 ? `+${text}` : text;
}

/**
 * @param {Step[]} steps
 * @param {number} width
 * @param {(text: string) => string} write
 * @returns {Waterfall}
 */
export function waterfall(steps, width, write) {
  const texts = steps.map((step) => stepText(step, write));
  const layout = rowLayout(
    width,
    steps.map(({label}) => label),
    texts,
  );
  const axis = rowAxis(
    steps.flatMap(({from, to}) => [from, to]),
    layout,
    write,
  );
  const place = (/** @type {Decimal} */ value) =>
    hundredths(layout.barX + along(axis, value) * layout.barLength);
  const rows = steps.map((step, index) => {
    const top = index * layout.rowHeight;
    const bar = {
      ...barBetween(axis, step.from, step.to, layout.barX, layout.barLength),
      y: top + layout.barTop,
      height: layout.barHeight,
    };
    return {step, top, text: texts[index], label: cut(step.label, layout.labelLength), bar};
  });
  const joins = rows.slice(0, -1).map((row, index) => ({
    x: place(row.step.to),
    y1: row.bar.y + row.bar.height,
    y2: rows[index + 1].bar.y,
  }));
  const plotHeight = rows.length * layout.rowHeight;
  return {
    width,
    height: plotHeight + AXIS_HEIGHT,
    plotHeight,
    zeroX: place(ZERO),
    layout,
    rows,
    joins,
    ticks: axis.ticks.map((value) => ({x: place(value), value})),
  };
}

/**
 * The sum written out, to the last decimal: "107 - 8 = 99".
 * @param {Step[]} steps
 * @param {(text: string) => string} write
 * @returns {string}
 */
export function sumInWords(steps, write) {
  const last = steps[steps.length - 1];
  const terms = steps.slice(0, -1).map((step, index) => {
    if (index === 0) return write(textOf(step.delta));
    const size = sign(step.delta) < 0 ? negate(step.delta) : step.delta;
    return `${sign(step.delta) < 0 ? '−' : '+'} ${write(textOf(size))}`;
  });
  return `${terms.join(' ')} = ${write(textOf(last.to))}`;
}
