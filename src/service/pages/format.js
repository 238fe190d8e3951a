/**
 * How numbers, times and hashes are written for people.  Pure.
 */

import {percentage, read, text as textOf} from './decimal.js';

/** A character that keeps a number and its minus sign together, and is read as a minus.  */
const MINUS = '\u2212';

/**
 * A decimal as the API writes it, with thousands separators; a dash where there is none.
 * @param {string | null | undefined} text
 * @returns {string}
 */
export function number(text) {
  if (text === null || text === undefined) return '–';
  const [, sign, whole, fraction] = /^(-?)([0-9]+)(\.[0-9]+)?$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const grouped = whole.replace(/\B(?=([0-9]{3})+$)/g, ',');
  return `${sign === '' ? '' : MINUS}${grouped}${fraction ?? ''}`;
}

/**
 * A change, which says its direction even when it goes up.
 * @param {string} text
 */
export function change(text) {
  const shown = number(text);
  return /^0(\.0+)?$/.test(text) || text.startsWith('-') ? shown : `+${shown}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The day of a date or time: 3 Nov 2026.
 * @param {string} text RFC 3339
 */
export function date(text) {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/.exec(text) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? text : `${Number(day)} ${name} ${year}`;
}

/**
 * A time to the second: 3 Nov 2026, 07:03:04.  It is UTC, as the ledger has it.
 * @param {string} text RFC 3339, in UTC
 */
export function time(text) {
  const [, clock] = /T([0-9]{2}:[0-9]{2}:[0-9]{2})/.exec(text) ?? [];
  return clock === undefined ? date(text) : `${date(text)}, ${clock}`;
}

/**
 * The first bytes of a hash.
 * @param {string} text
 */
export function hash(text) {
  return text.length > 12 ? `${text.slice(0, 12)}…` : text;
}

/**
 * So many of something: 1 event, 1,200 events.
 * @param {number} count
 * @param {string} one
 * @param {string} more
 */
export function counted(count, one, more = `${one}s`) {
  return `${number(String(count))} ${count === 1 ? one : more}`;
}

/** @type {Record<string, string>} */
const PLURALS = {person: 'people', child: 'children'};

/**
 * More than one of a unit.  Units are words of the ledger, most of them in the singular; what is no
 * plain word (GBP, tCO2e, kg CO2) stays as it is.
 * @param {string} unit
 */
export function units(unit) {
  if (!/^[a-z-]+$/.test(unit) || unit.length < 3 || unit.endsWith('s')) return unit;
  return PLURALS[unit] ?? (/[^aeou]y$/.test(unit) ? unit.replace(/y$/, 'ies') : `${unit}s`);
}

/**
 * A quantity with its unit: `8 jobs`, `8,800,000 GBP`.
 * @param {string | null} quantity
 * @param {string} unit
 */
export function withUnit(quantity, unit) {
  if (quantity === null) return '–';
  return `${number(quantity)} ${quantity === '1' ? unit : units(unit)}`;
}

/** "Late claim" of "late claim".  @param {string} text @returns {string} */
export function capital(text) {
  return text.replace(/^./, (first) => first.toUpperCase());
}

/**
 * An id as words: "Equality training" of "equality-training".
 * @param {string} id
 */
export function words(id) {
  return capital(id.replace(/[-_]+/g, ' ').trim()) || id;
}

/**
 * A share of a whole in percent, to one decimal; null where there is no whole.  Exact until it is
 * rounded, half away from zero.
 * @param {string | null} part
 * @param {string | null} whole
 */
export function share(part, whole) {
  const [a, b] = [part, whole].map(read);
  const found = a === null || b === null ? null : percentage(a, b);
  return found === null ? null : number(textOf(found));
}
