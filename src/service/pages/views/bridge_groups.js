/**
 * The lines of a bridge by cause, each with what stood behind it, and in one line what a cause has
 * beside those that are told.  Pure.
 *
 * @typedef {import('../charts/waterfall_geometry.js').Bridge} Bridge
 * @typedef {import('../charts/waterfall_geometry.js').BridgeLine} BridgeLine
 * @typedef {import('../charts/waterfall_geometry.js').Cause} Cause
 * @typedef {{quantity: string, value: string | null}} Moved
 * @typedef {{line: BridgeLine | null, smaller: number, moved: Moved,
 *            after: import('../charts/waterfall_geometry.js').Amounts}} Row
 *   line: null of the events that are not told one by one, of which there are `smaller`
 * @typedef {{cause: Cause, rows: Row[]}} Group
 */

import {add, decimal, subtract, sum, text as textOf} from '../decimal.js';

/** What a cause has beside its lines.  @param {Cause} cause @param {BridgeLine[]} lines @returns {Moved} */
function remainder(cause, lines) {
  const left = (/** @type {string} */ whole, /** @type {string[]} */ told) =>
    textOf(subtract(decimal(whole), sum(told.map(decimal))));
  return {
    quantity: left(
      cause.quantity,
      lines.map(({quantity}) => quantity),
    ),
    value:
      cause.value === null
        ? null
        : left(
            cause.value,
            lines.map(({value}) => value ?? '0'),
          ),
  };
}

/** @param {string | null} at @param {string | null} moved @returns {string | null} */
function behind(at, moved) {
  return at === null ? null : textOf(add(decimal(at), decimal(moved ?? '0')));
}

/**
 * @param {Bridge} bridge
 * @returns {Group[]}
 */
export function groupsOf({opening, lines, causes}) {
  let at = opening;
  return causes.map((cause) => {
    const told = lines.filter((line) => line.cause === cause.cause);
    const smaller = cause.events - told.length;
    /** @type {{line: BridgeLine | null, moved: Moved}[]} */
    const moves = told.map((line) => ({line, moved: line}));
    if (smaller > 0) moves.push({line: null, moved: remainder(cause, told)});
    const rows = moves.map(({line, moved}) => {
      at = {quantity: behind(at.quantity, moved.quantity), value: behind(at.value, moved.value)};
      return {line, smaller: line === null ? smaller : 0, moved, after: at};
    });
    return {cause, rows};
  });
}
