/**
 * The totals of a year as a table: a row for each measure, and every number a link to what is behind it.
 */

import {h} from './dom.js';
import {writeFigure} from './figure_name.js';
import {number, units, words} from './format.js';
import {figureAddress} from './links.js';
import {titleOf} from './measures.js';

export const STAGES = Object.freeze(
  /** @type {const} */ (['committed', 'claimed', 'verified', 'pending', 'rejected']),
);

/** @typedef {{programme: string | null, organisation: string | null, contract: string | null}} Filters */

/** @param {any} row @param {string} stage @param {Filters} filters */
function referenceOf(row, stage, filters) {
  return writeFigure({year: row.year, measure: row.measure, stage, ...filters, at: null});
}

/** @param {any} row @param {string} stage @param {Filters} filters */
function cell(row, stage, filters) {
  const quantity = row[stage];
  if (quantity === null)
    return h('td', {class: 'number', 'data-stage': words(stage)}, h('span', {class: 'quiet'}, '–'));
  // Money says the quantity again; only a proxy makes another number of it.
  const value = row.basis === 'proxy' ? row.value?.[stage] : null;
  const percent = row.basis === 'ratio' ? ' %' : '';
  return h(
    'td',
    {class: 'number', 'data-stage': words(stage)},
    h(
      'a',
      {href: figureAddress(referenceOf(row, stage, filters))},
      `${number(quantity)}${percent}`,
    ),
    value === null || value === undefined || value === '0'
      ? null
      : h('span', {class: 'worth'}, `worth ${number(value)}`),
  );
}

/** @param {any} row @param {string} title @param {Filters} filters @param {string | null} publication */
function restated(row, title, filters, publication) {
  const reference = referenceOf(row, 'verified', filters);
  const mark = [h('span', {'aria-hidden': 'true'}, '↻ '), 'Restated'];
  const address = `/bridge/${encodeURIComponent(reference)}${publication === null ? '' : `?from=${encodeURIComponent(publication)}`}`;
  return h(
    'a',
    {
      class: 'mark',
      href: address,
      'aria-label': `Restated: what changed in ${title}, verified`,
    },
    ...mark,
  );
}

/**
 * @param {any[]} rows
 * @param {{filters: Filters, measures: import('./measures.js').Measures, publication: string | null,
 *          changed: Set<string>, caption: string}} of
 *     changed: the measures whose numbers differ from those published
 */
export function totalsTable(rows, {filters, measures, publication, changed, caption}) {
  const heads = STAGES.map((stage) => h('th', {scope: 'col', class: 'number'}, words(stage)));
  return h(
    'div',
    {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': caption},
    h(
      'table',
      {class: 'totals'},
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Measure'), ...heads)),
      h(
        'tbody',
        {},
        ...rows.map((row) =>
          h(
            'tr',
            {},
            h(
              'th',
              {scope: 'row'},
              h('span', {class: 'measure'}, titleOf(measures, row.measure)),
              h(
                'span',
                {class: 'unit'},
                row.unit === '%' ? 'share, in %' : `in ${units(row.unit)}`,
              ),
              changed.has(row.measure)
                ? restated(row, titleOf(measures, row.measure), filters, publication)
                : null,
            ),
            ...STAGES.map((stage) => cell(row, stage, filters)),
          ),
        ),
      ),
    ),
  );
}
