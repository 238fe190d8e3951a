/**
 * An axis of exact numbers: from a round number at or below the least value to one at or above the
 * greatest, zero included, with round numbers between.
 *
 * @typedef {import('../decimal.js').Decimal} Decimal
 * @typedef {{low: Decimal, high: Decimal, ticks: Decimal[]}} Axis
 */

import {compare, decimalOf, greatest, least, share, sign, subtract, ZERO} from '../decimal.js';

/** The exponent of the leading digit: 3 of 4,200, -2 of 0.05.  @param {Decimal} size */
function magnitude(size) {
  const units = size.units < 0n ? -size.units : size.units;
  return units.toString().length - 1 - size.scale;
}

/**
 * The smallest 1, 2 or 5 × 10^n that takes at most so many steps from low to high.
 * @param {Decimal} low
 * @param {Decimal} high
 * @param {number} most
 * @returns {Decimal}
 */
function roundStep(low, high, most) {
  const range = subtract(high, low);
  for (let exponent = magnitude(range) - 2; ; exponent += 1) {
    for (const leading of [1n, 2n, 5n]) {
      const step = decimalOf(leading, -exponent);
      if (stepsUp(high, step) - stepsDown(low, step) <= BigInt(most)) return step;
    }
  }
}

/** How many whole steps lie at or below a value.  @param {Decimal} value @param {Decimal} step */
function stepsDown(value, step) {
  const scale = Math.max(value.scale, step.scale);
  const units = value.units * 10n ** BigInt(scale - value.scale);
  const by = step.units * 10n ** BigInt(scale - step.scale);
  const whole = units / by;
  return units < 0n && units % by !== 0n ? whole - 1n : whole;
}

/** How many whole steps reach a value.  @param {Decimal} value @param {Decimal} step */
function stepsUp(value, step) {
  const down = stepsDown(value, step);
  return compare(decimalOf(down * step.units, step.scale), value) === 0 ? down : down + 1n;
}

/**
 * The axis that holds every value and zero, with at most so many steps.
 * @param {Iterable<Decimal>} values
 * @param {number} most
 * @returns {Axis}
 */
export function axisOf(values, most = 5) {
  let low = ZERO;
  let high = ZERO;
  for (const value of values) {
    low = least(low, value);
    high = greatest(high, value);
  }
  if (compare(low, high) === 0) high = decimalOf(1n);
  const step = roundStep(low, high, most);
  const first = stepsDown(low, step);
  const last = stepsUp(high, step);
  const ticks = [];
  for (let n = first; n <= last; n += 1n) ticks.push(decimalOf(n * step.units, step.scale));
  return {low: ticks[0], high: ticks[ticks.length - 1], ticks};
}

/**
 * How far along the axis a value lies: 0 at its low end, 1 at its high end.
 * @param {Axis} axis
 * @param {Decimal} value
 * @returns {number}
 */
export function along(axis, value) {
  return share(subtract(value, axis.low), subtract(axis.high, axis.low));
}

/**
 * A length in pixels, to a hundredth: the same text in every browser.
 * @param {number} pixels
 * @returns {number}
 */
export function hundredths(pixels) {
  return Math.round(pixels * 100) / 100;
}

/**
 * The bar between two values on a horizontal axis that begins at x and is so long: never narrower
 * than half a pixel where the values differ, so that what is small is seen.
 * @param {Axis} axis
 * @param {Decimal} from
 * @param {Decimal} to
 * @param {number} x
 * @param {number} length
 * @returns {{x: number, width: number}}
 */
export function barBetween(axis, from, to, x, length) {
  const start = along(axis, least(from, to)) * length;
  const end = along(axis, greatest(from, to)) * length;
  const thin = sign(subtract(to, from)) === 0 ? 0 : 0.5;
  const width = Math.max(end - start, Math.min(thin, length));
  const left = Math.min(start, length - width);
  return {x: hundredths(x + left), width: hundredths(width)};
}
