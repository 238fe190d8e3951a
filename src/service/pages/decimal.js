/**
 * Exact decimals, as the API writes them: "-0.5", "1100000".  A quantity never passes through binary
 * floating point; a chart asks for a share of a length, which is the one number that may be rounded.
 *
 * @typedef {{readonly units: bigint, readonly scale: number}} Decimal
 *   units / 10^scale, with no trailing zeros: equal decimals have equal members.
 */

const PATTERN = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/** @type {Decimal} */
export const ZERO = Object.freeze({units: 0n, scale: 0});

/**
 * @param {bigint} units
 * @param {number} scale
 * @returns {Decimal}
 */
export function decimalOf(units, scale = 0) {
  if (scale < 0) return Object.freeze({units: units * 10n ** BigInt(-scale), scale: 0});
  if (units === 0n) return ZERO;
  let kept = units;
  let digits = scale;
  while (digits > 0 && kept % 10n === 0n) {
    kept /= 10n;
    digits -= 1;
  }
  return Object.freeze({units: kept, scale: digits});
}

/**
 * What a decimal text says; nothing where it is none.
 * @param {string | null | undefined} text
 * @returns {Decimal | null}
 */
export function read(text) {
  const found = typeof text === 'string' ? PATTERN.exec(text) : null;
  if (found === null) return null;
  const fraction = found[3] ?? '';
  const units = BigInt(found[2] + fraction);
  return decimalOf(found[1] === '-' ? -units : units, fraction.length);
}

/**
 * A text that the service wrote; anything but a decimal is a fault of ours or of the service.
 * @param {string} text
 * @returns {Decimal}
 */
export function decimal(text) {
  const value = read(text);
  if (value === null) throw new RangeError(`"${text}" is not a decimal`);
  return value;
}

/**
 * The units of both at one scale.
 * @param {Decimal} a
 * @param {Decimal} b
 * @returns {{a: bigint, b: bigint, scale: number}}
 */
function aligned(a, b) {
  const scale = Math.max(a.scale, b.scale);
  return {
    a: a.units * 10n ** BigInt(scale - a.scale),
    b: b.units * 10n ** BigInt(scale - b.scale),
    scale,
  };
}

/** @param {Decimal} a @param {Decimal} b @returns {Decimal} */
export function add(a, b) {
  const both = aligned(a, b);
  return decimalOf(both.a + both.b, both.scale);
}

/** @param {Decimal} a @returns {Decimal} */
export function negate(a) {
  return decimalOf(-a.units, a.scale);
}

/** @param {Decimal} a @param {Decimal} b @returns {Decimal} */
export function subtract(a, b) {
  return add(a, negate(b));
}

/** @param {Iterable<Decimal>} values @returns {Decimal} */
export function sum(values) {
  let total = ZERO;
  for (const value of values) total = add(total, value);
  return total;
}

/** Below, at or above: -1, 0, 1.  @param {Decimal} a @param {Decimal} b @returns {-1 | 0 | 1} */
export function compare(a, b) {
  const both = aligned(a, b);
  if (both.a === both.b) return 0;
  return both.a < both.b ? -1 : 1;
}

/** @param {Decimal} a @returns {-1 | 0 | 1} */
export function sign(a) {
  return compare(a, ZERO);
}

/** @param {Decimal} a @param {Decimal} b @returns {boolean} */
export function equal(a, b) {
  return a.units === b.units && a.scale === b.scale;
}

/** @param {Decimal} a @param {Decimal} b @returns {Decimal} */
export function least(a, b) {
  return compare(a, b) <= 0 ? a : b;
}

/** @param {Decimal} a @param {Decimal} b @returns {Decimal} */
export function greatest(a, b) {
  return compare(a, b) >= 0 ? a : b;
}

/**
 * The canonical text: no exponent, no +, no trailing zeros, no -0.
 * @param {Decimal} a
 * @returns {string}
 */
export function text(a) {
  const size = a.units < 0n ? -a.units : a.units;
  const digits = size.toString().padStart(a.scale + 1, '0');
  const whole = digits.slice(0, digits.length - a.scale);
  const fraction = a.scale === 0 ? '' : `.${digits.slice(digits.length - a.scale)}`;
  return `${a.units < 0n ? '-' : ''}${whole}${fraction}`;
}

/**
 * a ÷ b to nine decimals, as a number that places a mark: enough for any screen.  0 where b is 0.
 * @param {Decimal} a
 * @param {Decimal} b
 * @returns {number}
 */
export function share(a, b) {
  if (b.units === 0n) return 0;
  const both = aligned(a, b);
  return Number((both.a * 1_000_000_000n) / both.b) / 1e9;
}

/**
 * 100 × a ÷ b, rounded half away from zero to so many decimals; nothing where b is 0.
 * @param {Decimal} a
 * @param {Decimal} b
 * @param {number} places
 * @returns {Decimal | null}
 */
export function percentage(a, b, places = 1) {
  if (b.units === 0n) return null;
  const both = aligned(a, b);
  const top = both.a * 100n * 10n ** BigInt(places);
  const isNegative = top < 0n !== both.b < 0n;
  const size = top < 0n ? -top : top;
  const by = both.b < 0n ? -both.b : both.b;
  const rounded = (2n * size + by) / (2n * by);
  return decimalOf(isNegative ? -rounded : rounded, places);
}
