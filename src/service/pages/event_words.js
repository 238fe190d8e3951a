/**
 * What an event says, in a few words, for a list of events.  Pure.
 *
 * @typedef {Record<string, any> & {type: string, sequence: number}} Event
 */

import {capital} from './format.js';

export const TYPES = Object.freeze([
  'organisation',
  'programme',
  'contract',
  'measure',
  'commitment',
  'claim',
  'verification',
  'correction',
  'publication',
  'erasure',
  'ledger-opened',
  'key-rotated',
  'ledger-restored',
]);

/** "Ledger opened" of "ledger-opened".  @param {string} type @returns {string} */
export function typeInWords(type) {
  return capital(type.replace(/-/g, ' '));
}

/** @param {string} from @param {string} to */
function period(from, to) {
  return from === to ? `on ${from}` : `from ${from} to ${to}`;
}

/** @typedef {(text: string) => string} Say */

/** @type {Record<string, (event: Event, number: Say, measure: Say) => string>} */
const WORDS = {
  'ledger-opened': ({name, origin}) => `${name}, ${origin}`,
  'key-rotated': () => 'The log is signed with a new key from here on',
  'ledger-restored': ({from_size: size}, number) =>
    `Restored from a backup of ${number(String(size))} events`,
  organisation: ({name}) => name,
  programme: ({name}) => name,
  contract: ({title, buyer, supplier}) => `${title}: ${supplier} for ${buyer}`,
  measure: ({title, unit}) => `${title}, in ${unit}`,
  commitment: (event, number, measure) => {
    const amounts = event.schedule
      ? event.schedule.map(({year, quantity}) => `${number(quantity)} in ${year}`).join(', ')
      : `${number(event.quantity)} in ${event.year}`;
    return `${event.organisation} promises ${measure(event.measure)}: ${amounts}`;
  },
  claim: (event, number, measure) => {
    const what = event.commitment
      ? `against ${event.commitment}`
      : `of ${measure(event.measure)} by ${event.organisation}`;
    return `${number(event.quantity)} ${what}, ${period(event.from, event.to)}`;
  },
  verification: (event, number) => {
    const outcome = {
      accepted: 'All accepted of',
      partial: `${number(event.quantity ?? '0')} accepted of`,
      rejected: 'Rejected:',
    }[event.outcome];
    return `${outcome} ${event.claim}, by ${event.method}`;
  },
  correction: ({corrects, reason, replacement}) =>
    `${replacement ? 'Corrects' : 'Withdraws'} ${corrects}: ${reason}`,
  publication: ({title, year}) => `${title}, ${year}`,
  erasure: ({erases, reason}, number) =>
    `Erases the details of event ${number(String(erases))}: ${reason}`,
};

/**
 * @param {Event} event
 * @param {Say} number how a number is written
 * @param {Say} measure what a measure is called
 * @returns {string}
 */
export function eventInWords(event, number, measure) {
  return WORDS[event.type]?.(event, number, measure) ?? '';
}
