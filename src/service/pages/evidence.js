/**
 * The documents behind a claim or a verification: what they are called, and the digest by which a
 * copy is told to be the same.
 */

import {copyButton} from './copy.js';
import {h} from './dom.js';
import {hash} from './format.js';

/** Only an address of the web is made a link.  @param {string} text */
function isWebAddress(text) {
  return /^https?:\/\//i.test(text);
}

/** @param {{sha256: string, title?: string, uri?: string, media_type?: string}} document */
function name({title, uri}) {
  const text = title ?? 'A document';
  if (uri === undefined) return text;
  return isWebAddress(uri)
    ? h('a', {href: uri, rel: 'noreferrer external', target: '_blank'}, text)
    : `${text}, ${uri}`;
}

/** One line for each, in a table.  @param {any[]} documents */
export function evidenceLines(documents) {
  return documents.map((one) =>
    h(
      'span',
      {class: 'evidence-line'},
      name(one),
      ' ',
      h('code', {title: `SHA-256 ${one.sha256}`}, hash(one.sha256)),
    ),
  );
}

/** Each with its whole digest.  @param {any[]} documents */
export function evidenceList(documents) {
  return h(
    'ul',
    {class: 'evidence-list'},
    ...documents.map((one) =>
      h(
        'li',
        {},
        h('span', {class: 'evidence-name'}, name(one)),
        one.media_type === undefined ? null : h('span', {class: 'quiet'}, ` ${one.media_type}`),
        h(
          'span',
          {class: 'digest'},
          h('span', {class: 'quiet'}, 'SHA-256 '),
          h('code', {}, one.sha256),
        ),
        copyButton(one.sha256, 'Copy the digest'),
      ),
    ),
  );
}
