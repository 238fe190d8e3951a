/**
 * The members of an entry, in words and in an order that reads well.
 */

import {h} from './dom.js';
import {evidenceList} from './evidence.js';
import {date, number, words} from './format.js';
import {entryAddress, figureAddress} from './links.js';

const LINKS = new Set([
  'programme',
  'organisation',
  'contract',
  'measure',
  'commitment',
  'claim',
  'corrects',
  'buyer',
  'supplier',
  'numerator',
  'denominator',
  'supersedes',
  'parent',
]);
const NUMBERS = new Set(['quantity', 'proxy', 'amount', 'as_of', 'from_size', 'erases']);
const DATES = new Set(['from', 'to', 'date', 'signed', 'starts', 'ends']);
// What the heading has already, or what stands in a place of its own.
const ELSEWHERE = new Set(['type', 'id', 'sequence', 'evidence', 'statements', 'replacement']);

/** @param {string} name @param {any} value @returns {import('./dom.js').Child} */
function valueOf(name, value) {
  if (name === 'schedule' && Array.isArray(value)) {
    return h(
      'ul',
      {class: 'plain'},
      ...value.map((part) => h('li', {}, `${number(part.quantity)} in ${part.year}`)),
    );
  }
  if (name === 'year') return h('a', {href: `/year/${encodeURIComponent(value)}`}, value);
  if (typeof value === 'string' && LINKS.has(name))
    return h('a', {href: entryAddress(value)}, value);
  if (NUMBERS.has(name)) return number(String(value));
  if (DATES.has(name)) return date(String(value));
  if (typeof value === 'object' && value !== null) return h('code', {}, JSON.stringify(value));
  return String(value);
}

/** @param {any} members */
function list(members) {
  return Object.entries(members)
    .filter(([name]) => !ELSEWHERE.has(name))
    .flatMap(([name, value]) => [h('dt', {}, words(name)), h('dd', {}, valueOf(name, value))]);
}

/** @param {any} entry */
export function entryFacts(entry) {
  return [
    h('dl', {class: 'facts'}, ...list(entry)),
    entry.replacement
      ? [h('h2', {}, 'What it says instead'), h('dl', {class: 'facts'}, ...list(entry.replacement))]
      : null,
    entry.evidence?.length > 0 ? [h('h2', {}, 'Evidence'), evidenceList(entry.evidence)] : null,
    entry.statements?.length > 0
      ? [
          h('h2', {}, 'Statements'),
          h(
            'ul',
            {},
            ...entry.statements.map((one) =>
              h(
                'li',
                {},
                `${one.label}: `,
                h('a', {href: figureAddress(one.figure)}, number(one.stated)),
              ),
            ),
          ),
        ]
      : null,
  ].flat();
}
