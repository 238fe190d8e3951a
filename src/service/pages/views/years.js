/**
 * The reporting years, each with what it comes to and whether what was published still stands.
 */

import {h} from '../dom.js';
import {counted, date, number} from '../format.js';
import {emptyState} from '../states.js';

/** @param {any[]} rows @returns {Map<string, any[]>} the newest year first */
function byYear(rows) {
  const years = new Map();
  for (const row of rows) years.set(row.year, [...(years.get(row.year) ?? []), row]);
  return new Map([...years].sort(([a], [b]) => (a < b ? 1 : -1)));
}

/** @param {any | undefined} publication @param {boolean} isRestated */
function standing(publication, isRestated) {
  if (publication === undefined) return h('span', {class: 'badge'}, 'Not published');
  if (isRestated)
    return h(
      'span',
      {class: 'badge badge-differs'},
      h('span', {'aria-hidden': 'true'}, '↻ '),
      'Restated',
    );
  return h(
    'span',
    {class: 'badge badge-agrees'},
    h('span', {'aria-hidden': 'true'}, '✓ '),
    'As published',
  );
}

/** @param {string} year @param {any[]} rows @param {any[]} publications */
function yearCard(year, rows, publications) {
  const latest = publications.filter((one) => one.year === year).at(-1);
  const waiting = rows.filter((row) => row.pending !== null && row.pending !== '0').length;
  return h(
    'li',
    {class: 'year-card'},
    h('h2', {}, h('a', {href: `/year/${encodeURIComponent(year)}`}, year)),
    standing(
      latest,
      rows.some((row) => row.restated),
    ),
    h(
      'p',
      {},
      `${counted(rows.length, 'measure')}, `,
      waiting === 0
        ? 'nothing waits to be verified.'
        : `${number(String(waiting))} with claims that wait to be verified.`,
    ),
    latest === undefined
      ? null
      : h(
          'p',
          {class: 'quiet'},
          'Last published ',
          date(latest.recorded_at),
          ': ',
          h('a', {href: `/publication/${encodeURIComponent(latest.entry)}`}, latest.title),
        ),
  );
}

export const view = {
  title() {
    return 'Reporting years';
  },

  async render(context) {
    const point = context.asOf === null ? '' : `?as_of=${context.asOf}`;
    const [{rows}, {publications}] = await Promise.all([
      context.api.get(`/totals${point}`),
      context.api.get('/publications'),
    ]);
    const then =
      context.asOf === null
        ? publications
        : publications.filter(({sequence}) => sequence <= context.asOf);
    const years = byYear(rows);
    return h(
      'article',
      {class: 'years'},
      h('h1', {}, 'Reporting years'),
      h(
        'p',
        {class: 'lede'},
        'What was promised, claimed and verified, year by year. Every number leads to the events that make it up.',
      ),
      years.size === 0
        ? emptyState(
            'Nothing has been committed or claimed yet. A year is here once there is something in it.',
          )
        : h(
            'ul',
            {class: 'year-cards'},
            ...[...years].map(([year, of]) => yearCard(year, of, then)),
          ),
    );
  },
};
