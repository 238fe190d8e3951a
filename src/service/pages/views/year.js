/**
 * A reporting year: its totals by measure, as a table and drawn, and what was published of it.
 */

import {stagesChart, stagesKey} from '../charts/stages.js';
import {changedMeasures} from '../changed_measures.js';
import {h} from '../dom.js';
import {counted, date, number, units, words} from '../format.js';
import {measuresAt, titleOf} from '../measures.js';
import {emptyState} from '../states.js';
import {totalsTable} from '../totals_table.js';

const FILTERS = /** @type {const} */ (['programme', 'organisation', 'contract']);
// So many pictures are drawn; the table has every measure.
const MOST_CHARTS = 24;
const MOST_SUGGESTIONS = 500;

/** @param {URLSearchParams} query */
function filtersOf(query) {
  return /** @type {import('../totals_table.js').Filters} */ (
    Object.fromEntries(FILTERS.map((name) => [name, query.get(name) || null]))
  );
}

/** @param {string} year @param {import('../totals_table.js').Filters} filters @param {number | null} asOf */
function totalsPath(year, filters, asOf) {
  const query = new URLSearchParams({year});
  for (const name of FILTERS) if (filters[name] !== null) query.set(name, filters[name]);
  if (asOf !== null) query.set('as_of', String(asOf));
  return `/totals?${query}`;
}

/** Suggests the programmes (and so on) of the year, once someone wants to filter.  */
async function suggest(context, year, form) {
  for (const name of FILTERS) {
    const list = form.querySelector(`#list-${name}`);
    const {rows} = await context.api.get(`/totals?year=${encodeURIComponent(year)}&by=${name}`);
    const ids = [...new Set(rows.map((row) => row[name] ?? '-'))].sort().slice(0, MOST_SUGGESTIONS);
    list.replaceChildren(
      ...ids.map((id) => h('option', {value: id}, id === '-' ? 'without a contract' : words(id))),
    );
  }
}

function filterForm(context, year, filters) {
  const isFiltered = FILTERS.some((name) => filters[name] !== null);
  const fields = FILTERS.map((name) =>
    h(
      'div',
      {class: 'field'},
      h('label', {for: `filter-${name}`}, words(name)),
      h('input', {
        id: `filter-${name}`,
        name,
        list: `list-${name}`,
        autocomplete: 'off',
        value: filters[name] ?? '',
      }),
      h('datalist', {id: `list-${name}`}),
    ),
  );
  const go = (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(event.target))
      if (String(value).trim() !== '') query.set(name, String(value).trim());
    if (context.asOf !== null) query.set('as_of', String(context.asOf));
    const text = query.toString();
    context.navigate(`/year/${encodeURIComponent(year)}${text === '' ? '' : `?${text}`}`);
  };
  const form = h(
    'form',
    {class: 'filters', role: 'search', 'aria-label': 'Narrow the year down', onsubmit: go},
    ...fields,
    h('button', {type: 'submit'}, 'Show'),
    isFiltered ? h('a', {href: `/year/${encodeURIComponent(year)}`}, 'Show all of the year') : null,
  );
  let isSuggested = false;
  form.addEventListener('focusin', () => {
    if (isSuggested) return;
    isSuggested = true;
    suggest(context, year, form).catch(() => {
      isSuggested = false;
    });
  });
  return h(
    'details',
    {class: 'narrow', open: isFiltered},
    h('summary', {}, 'Narrow down by programme, organisation or contract'),
    form,
  );
}

function lede(rows, isRestated, filters) {
  const of = FILTERS.flatMap((name) => {
    const id = filters[name];
    if (id === null) return [];
    return [name === 'contract' && id === '-' ? 'what has no contract' : `${name} ${id}`];
  });
  const within = of.length === 0 ? '' : ` Of ${of.join(', ')} only.`;
  const standing = isRestated ? ' Some of its numbers have changed since they were published.' : '';
  return h(
    'p',
    {class: 'lede'},
    `${counted(rows.length, 'measure')}, each from commitment to verification.${standing}${within}`,
  );
}

function charts(rows, measures) {
  const numbers = rows.filter((row) => row.basis !== 'ratio');
  if (numbers.length === 0) return null;
  const shown = numbers.slice(0, MOST_CHARTS);
  return h(
    'section',
    {class: 'charts', 'aria-labelledby': 'charts-heading'},
    h('h2', {id: 'charts-heading'}, 'From commitment to verification'),
    h(
      'p',
      {class: 'quiet'},
      'Each measure has a scale of its own, since units differ. The table has the same numbers.',
      shown.length < numbers.length
        ? ` The first ${shown.length} of ${numbers.length} measures are drawn.`
        : '',
    ),
    stagesKey(),
    h(
      'div',
      {class: 'chart-grid-of-measures'},
      ...shown.map((row) =>
        h(
          'div',
          {class: 'chart-of-measure'},
          h(
            'h3',
            {},
            titleOf(measures, row.measure),
            ' ',
            h('span', {class: 'unit'}, `in ${units(row.unit)}`),
          ),
          stagesChart(
            {title: titleOf(measures, row.measure), unit: units(row.unit), numbers: row},
            number,
          ),
        ),
      ),
    ),
  );
}

function publicationsOf(year, publications) {
  if (publications.length === 0)
    return h('p', {class: 'empty'}, `Nothing has been published of ${year} yet.`);
  return h(
    'ul',
    {class: 'publications'},
    ...publications.map((one) =>
      h(
        'li',
        {},
        h('a', {href: `/publication/${encodeURIComponent(one.entry)}`}, one.title),
        h(
          'span',
          {class: 'quiet'},
          ` ${date(one.recorded_at)}, as of event ${number(String(one.as_of))}`,
          one.superseded ? ', superseded since' : '',
        ),
      ),
    ),
  );
}

async function load(context) {
  const {year} = context.parameters;
  const filters = filtersOf(context.query);
  const [totals, {publications: all}, measures] = await Promise.all([
    context.api.get(totalsPath(year, filters, context.asOf)),
    context.api.get(`/publications?year=${encodeURIComponent(year)}`),
    measuresAt(context.api, context.asOf),
  ]);
  const publications = all.filter(({sequence}) => sequence <= totals.as_of);
  const latest = publications.at(-1) ?? null;
  const isRestated = totals.rows.some((row) => row.restated);
  const then =
    isRestated && latest !== null
      ? (await context.api.get(totalsPath(year, filters, latest.as_of))).rows
      : null;
  const changed = then === null ? new Set() : changedMeasures(totals.rows, then);
  return {year, filters, rows: totals.rows, measures, publications, latest, isRestated, changed};
}

export const view = {
  /** @param {{year: string}} parameters */
  title({year}) {
    return year;
  },

  async render(context) {
    const {year, filters, rows, measures, publications, latest, isRestated, changed} =
      await load(context);
    if (rows.length === 0) {
      return h(
        'article',
        {class: 'year'},
        h('h1', {}, year),
        emptyState(
          'Nothing is recorded for this year as of this point, or nothing that fits. ',
          h('a', {href: '/'}, 'See which years there are'),
          '.',
        ),
        filterForm(context, year, filters),
      );
    }
    const point = context.asOf === null ? '' : `?as_of=${context.asOf}`;
    return h(
      'article',
      {class: 'year'},
      h(
        'h1',
        {},
        year,
        ' ',
        isRestated
          ? h(
              'span',
              {class: 'badge badge-differs'},
              h('span', {'aria-hidden': 'true'}, '↻ '),
              'Restated',
            )
          : null,
      ),
      lede(rows, isRestated, filters),
      filterForm(context, year, filters),
      totalsTable(rows, {
        filters,
        measures,
        publication: latest?.entry ?? null,
        changed,
        caption: `Totals of ${year} by measure`,
      }),
      charts(rows, measures),
      h('h2', {}, 'Published'),
      publicationsOf(year, publications),
      h(
        'p',
        {class: 'tools'},
        h(
          'a',
          {href: `/statement/${encodeURIComponent(year)}${point}`},
          'The year as a statement to print',
        ),
      ),
    );
  },
};
