/**
 * The postings that add up to a figure, each with its event, who recorded it, and what stands behind it.
 */

import {h} from './dom.js';
import {evidenceLines} from './evidence.js';
import {typeInWords} from './event_words.js';
import {change, date, number} from './format.js';
import {entryAddress} from './links.js';

/** @param {string} id @param {string} [text] */
function entryLink(id, text = id) {
  return h('a', {href: entryAddress(id)}, text);
}

/** @param {any} posting */
function behind(posting) {
  const {claim, verification, entry} = posting;
  return [
    claim === null || claim === entry
      ? null
      : h('span', {class: 'line'}, 'Claim ', entryLink(claim)),
    verification === null || verification === entry
      ? null
      : h('span', {class: 'line'}, 'Checked in ', entryLink(verification)),
    ...evidenceLines(posting.evidence),
    ...posting.corrections.map((one) =>
      h(
        'span',
        {class: 'line corrected'},
        h('span', {'aria-hidden': 'true'}, '◇ '),
        one.entry === entry
          ? 'Because: '
          : h('span', {}, 'Corrected by ', entryLink(one.entry), `, ${date(one.recorded_at)}: `),
        one.reason,
      ),
    ),
  ];
}

/** @param {any} posting */
function whose({programme, organisation, contract}) {
  return [programme, organisation, contract]
    .filter((id) => id !== null)
    .map((id) => h('span', {class: 'line'}, entryLink(id)));
}

/** @param {any} posting */
function row(posting) {
  return h(
    'tr',
    {class: posting.type === 'correction' ? 'is-correction' : null},
    h(
      'th',
      {scope: 'row', class: 'number'},
      entryLink(posting.sequence, number(String(posting.sequence))),
    ),
    h(
      'td',
      {class: 'wide'},
      h('span', {class: 'line'}, entryLink(posting.entry)),
      h(
        'span',
        {class: 'line quiet'},
        `${typeInWords(posting.type)}, ${date(posting.recorded_at)}, by ${posting.actor}`,
      ),
    ),
    h('td', {class: 'wide'}, ...behind(posting)),
    h('td', {class: 'whose'}, ...whose(posting)),
    h('td', {class: 'number'}, change(posting.delta)),
    h('td', {class: 'number'}, number(posting.balance)),
  );
}

/** @param {any[]} postings @param {string} caption */
export function postingsTable(postings, caption) {
  return h(
    'div',
    {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': caption},
    h(
      'table',
      {class: 'postings'},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {scope: 'col', class: 'number'}, 'Event'),
          h('th', {scope: 'col'}, 'What was recorded'),
          h('th', {scope: 'col'}, 'Evidence and checks'),
          h('th', {scope: 'col'}, 'Of'),
          h('th', {scope: 'col', class: 'number'}, 'Change'),
          h('th', {scope: 'col', class: 'number'}, 'Figure then'),
        ),
      ),
      h('tbody', {}, ...postings.map(row)),
    ),
  );
}
