/**
 * What a verification would move: the figures that were published, as the dry run tells, and the
 * year's totals of the measure where nothing was published yet.
 */

import {add, decimal, subtract, text as textOf} from './decimal.js';
import {h} from './dom.js';
import {change, number} from './format.js';
import {figureAddress} from './links.js';

/**
 * @typedef {{figure: string, from: string | null, to: string | null, value_from: string | null,
 *            value_to: string | null}} Move
 */

/**
 * How a verification changes the totals of its measure and year.  Pure.
 * @param {{verified: string, rejected: string, pending: string}} row as it is
 * @param {string} claimed
 * @param {{outcome: string, quantity?: string}} entry
 * @returns {{stage: 'verified' | 'rejected' | 'pending', from: string, to: string}[]}
 */
export function totalsAfter(row, claimed, entry) {
  const all = decimal(claimed);
  const accepted =
    entry.outcome === 'accepted'
      ? all
      : decimal(entry.outcome === 'partial' ? (entry.quantity ?? '0') : '0');
  const after = {
    verified: add(decimal(row.verified), accepted),
    rejected: add(decimal(row.rejected), subtract(all, accepted)),
    pending: subtract(decimal(row.pending), all),
  };
  return /** @type {const} */ (['verified', 'rejected', 'pending'])
    .map((stage) => ({stage, from: row[stage], to: textOf(after[stage])}))
    .filter(({from, to}) => from !== to);
}

/**
 * The moves of the year's totals, where the dry run does not tell them since nothing is published.
 * @param {any} api
 * @param {any} claim the entry
 * @param {any} entry the verification
 * @param {{head: number, moves: Move[]}} receipt of the dry run
 * @returns {Promise<Move[]>}
 */
export async function yearMoves(api, claim, entry, receipt) {
  if (receipt.moves.length > 0) return [];
  const history = await api.get(`/entries/id:${encodeURIComponent(claim.id)}`);
  const posting = history.postings.find(({stage}) => stage === 'claimed');
  if (posting === undefined) return [];
  const query = new URLSearchParams({
    year: posting.year,
    measure: posting.measure,
    as_of: String(receipt.head),
  });
  const {rows} = await api.get(`/totals?${query}`);
  if (rows.length === 0) return [];
  return totalsAfter(rows[0], claim.quantity, entry).map(({stage, from, to}) => ({
    figure: `${posting.year}:${posting.measure}:${stage}@${receipt.head}`,
    from,
    to,
    value_from: null,
    value_to: null,
  }));
}

/** @param {string | null} from @param {string | null} to @returns {string} the change, with its sign */
function difference(from, to) {
  if (from === null || to === null) return '–';
  return change(textOf(subtract(decimal(to), decimal(from))));
}

/** @param {Move} move @param {boolean} hasValue */
function moveRow(move, hasValue) {
  return h(
    'tr',
    {},
    h('th', {scope: 'row', class: 'wide'}, h('a', {href: figureAddress(move.figure)}, move.figure)),
    h('td', {class: 'number'}, number(move.from)),
    h('td', {class: 'number'}, number(move.to)),
    h('td', {class: 'number'}, difference(move.from, move.to)),
    hasValue ? h('td', {class: 'number'}, difference(move.value_from, move.value_to)) : null,
  );
}

/**
 * @param {{moves: Move[], restates: string[]}} receipt of the dry run
 * @param {Move[]} ofYear where nothing was published
 * @returns {HTMLElement}
 */
export function movesTable(receipt, ofYear) {
  const isPublished = receipt.moves.length > 0;
  const moves = isPublished ? receipt.moves : ofYear;
  const hasValue = moves.some((move) => move.value_from !== null || move.value_to !== null);
  const restated =
    receipt.restates.length === 0
      ? null
      : h('p', {class: 'notice'}, `It would restate ${receipt.restates.join(', ')}.`);
  if (moves.length === 0) {
    return h('div', {}, h('p', {}, 'No total of the year moves.'), restated);
  }
  return h(
    'div',
    {},
    restated,
    h(
      'div',
      {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'What it would move'},
      h(
        'table',
        {},
        h(
          'caption',
          {},
          isPublished
            ? 'Figures of published years that move'
            : 'Totals of the year that move; nothing of it is published yet',
        ),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', {scope: 'col'}, 'Figure'),
            h('th', {scope: 'col', class: 'number'}, 'From'),
            h('th', {scope: 'col', class: 'number'}, 'To'),
            h('th', {scope: 'col', class: 'number'}, 'Change'),
            hasValue ? h('th', {scope: 'col', class: 'number'}, 'Change in value') : null,
          ),
        ),
        h('tbody', {}, ...moves.map((move) => moveRow(move, hasValue))),
      ),
    ),
  );
}
