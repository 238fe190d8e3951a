/**
 * Postings as a table: what each event did to a figure or an account, and what stands behind it.
 */

import {h} from '../dom.js';
import {typeInWords} from '../event_words.js';
import {change, hash, number, time} from '../format.js';
import {entryAddress} from '../links.js';

/** @typedef {{sha256: string, title?: string, uri?: string, media_type?: string}} Evidence */

/** A document: by its title, else the first bytes of its digest.  @param {Evidence} one */
export function evidenceItem(one) {
  const name = one.title ?? `document ${hash(one.sha256)}`;
  const isWeb = one.uri !== undefined && /^https?:\/\//.test(one.uri);
  return [
    isWeb ? h('a', {href: one.uri, rel: 'noreferrer external'}, name) : name,
    h('span', {class: 'quiet digest', title: one.sha256}, ` SHA-256 ${hash(one.sha256)}`),
  ];
}

/** @param {Evidence[]} evidence */
export function evidenceList(evidence) {
  return evidence.length === 0 ? h('span', {class: 'quiet'}, 'none')
    : h('ul', {class: 'plain'}, ...evidence.map((one) => h('li', {}, ...evidenceItem(one))));
}

/** @param {{sequence: number, entry: string, actor: string, reason: string}} one */
function correctionLine(one) {
  return h('li', {}, 'corrected by ', h('a', {href: entryAddress(one.entry)}, one.entry), `: ${one.reason}`);
}

/** @param {any} posting */
function row(posting) {
  return h('tr', {},
    h('th', {scope: 'row', class: 'number'}, h('a', {href: entryAddress(posting.sequence)}, number(String(posting.sequence)))),
    h('td', {class: 'nowrap'}, time(posting.recorded_at)),
    h('td', {class: 'wide'},
      `${typeInWords(posting.type)} `, h('a', {href: entryAddress(posting.entry)}, posting.entry),
      h('span', {class: 'quiet'}, ` by ${posting.actor}`),
      posting.claim === null || posting.claim === posting.entry ? null
        : [h('br'), 'of claim ', h('a', {href: entryAddress(posting.claim)}, posting.claim)],
      posting.verification === null || posting.verification === posting.entry ? null
        : [h('br'), 'verified by ', h('a', {href: entryAddress(posting.verification)}, posting.verification)],
      posting.corrections.length === 0 ? null
        : h('ul', {class: 'plain corrections'}, ...posting.corrections.map(correctionLine))),
    h('td', {class: 'wide'}, evidenceList(posting.evidence)),
    h('td', {class: 'number'}, change(posting.delta)),
    h('td', {class: 'number'}, number(posting.balance)));
}

/** @param {any[]} postings @param {string} caption */
export function postingTable(postings, caption) {
  return h('div', {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': caption},
    h('table', {class: 'postings'},
      h('caption', {class: 'visually-hidden'}, caption),
      h('thead', {}, h('tr', {},
        h('th', {scope: 'col', class: 'number'}, 'Event'), h('th', {scope: 'col'}, 'Recorded (UTC)'),
        h('th', {scope: 'col'}, 'What'), h('th', {scope: 'col'}, 'Evidence'),
        h('th', {scope: 'col', class: 'number'}, 'Change'), h('th', {scope: 'col', class: 'number'}, 'Balance'))),
      h('tbody', {}, ...postings.map(row))));
}
