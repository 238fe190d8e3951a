/**
 * A year: what was committed, claimed and verified of each measure.  Every number is a link to what
 * stands behind it.
 */

import {stagesChart, stagesKey} from '../charts/stages.js';
import {h} from '../dom.js';
import {writeFigure} from '../figure_name.js';
import {counted, date, number} from '../format.js';
import {entryAddress, figureAddress} from '../links.js';
import {emptyState} from '../states.js';

const STAGES = Object.freeze({
  committed: 'Committed', claimed: 'Claimed', verified: 'Verified', pending: 'Pending', rejected: 'Rejected',
});
const FILTERS = Object.freeze({programme: 'Programme', organisation: 'Organisation', contract: 'Contract'});

/**
 * @typedef {{year: string, measure: string, unit: string, basis: string, restated: boolean,
 *            value?: Record<string, string | null>} & Record<string, any>} Row
 */

/** @param {Row} row @param {string} stage @param {Record<string, string>} filters */
function referenceOf(row, stage, filters) {
  return writeFigure({
    year: row.year, measure: row.measure, stage, programme: filters.programme ?? null,
    organisation: filters.organisation ?? null, contract: filters.contract ?? null, at: null,
  });
}

/** @param {Row} row @param {Record<string, string>} filters @param {string | null} publication */
function measureRow(row, filters, publication) {
  const verified = referenceOf(row, 'verified', filters);
  const restated = !row.restated || publication === null ? null
    : h('a', {class: 'badge badge-differs', href: `/bridge/${encodeURIComponent(verified)}?from=${encodeURIComponent(publication)}`},
      'Restated', h('span', {class: 'visually-hidden'}, `: what changed in ${row.measure}`));
  const value = row.value?.verified;
  return h('tr', {},
    h('th', {scope: 'row'}, h('a', {href: entryAddress(row.measure)}, row.measure), restated === null ? null : ' ', restated),
    h('td', {class: 'unit'}, row.basis === 'ratio' ? '%' : row.unit),
    ...Object.keys(STAGES).map((stage) => h('td', {class: 'number'},
      row[stage] === null || row[stage] === undefined ? '–'
        : h('a', {href: figureAddress(referenceOf(row, stage, filters))}, number(row[stage])))),
    h('td', {class: 'number'}, value === undefined || value === null ? '–' : number(value)));
}

/** @param {Row[]} rows @param {Record<string, string>} filters @param {string | null} publication @param {string} currency */
function totalsTable(rows, filters, publication, currency) {
  return h('div', {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Totals by measure'},
    h('table', {class: 'totals'},
      h('caption', {class: 'visually-hidden'}, 'Totals by measure and stage'),
      h('thead', {}, h('tr', {},
        h('th', {scope: 'col'}, 'Measure'), h('th', {scope: 'col'}, 'Unit'),
        ...Object.values(STAGES).map((name) => h('th', {scope: 'col', class: 'number'}, name)),
        h('th', {scope: 'col', class: 'number'}, currency === '' ? 'Verified value' : `Verified value, ${currency}`))),
      h('tbody', {}, ...rows.map((row) => measureRow(row, filters, publication)))));
}

/** @param {any} context @param {string} year */
function filterForm(context, year) {
  const fields = Object.entries(FILTERS).map(([name, label]) => h('div', {class: 'field'},
    h('label', {for: `filter-${name}`}, label),
    h('input', {id: `filter-${name}`, name, value: context.query.get(name) ?? '', autocomplete: 'off', size: 18})));
  const apply = (/** @type {Event} */ event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    for (const [name, value] of new FormData(form)) {
      if (String(value).trim() !== '') query.set(name, String(value).trim());
    }
    if (context.asOf !== null) query.set('as_of', String(context.asOf));
    context.navigate(`/year/${year}${query.size === 0 ? '' : `?${query}`}`);
  };
  const isFiltered = Object.keys(FILTERS).some((name) => context.query.has(name));
  return h('details', {class: 'narrowing', open: isFiltered},
    h('summary', {}, 'Only of a programme, an organisation or a contract'),
    h('form', {class: 'filters', role: 'search', 'aria-label': 'Narrow the totals', onsubmit: apply},
      ...fields, h('button', {type: 'submit'}, 'Show'),
      isFiltered ? h('a', {href: `/year/${year}`}, 'Show all') : null),
    h('p', {class: 'quiet'}, 'By their ids, as the log has them.'));
}

/** @param {any[]} publications */
function publicationList(publications) {
  if (publications.length === 0) return h('p', {}, 'Nothing was published of this year yet.');
  return h('ul', {class: 'plain'}, ...publications.map((one) => h('li', {},
    h('a', {href: `/publication/${encodeURIComponent(one.entry)}`}, one.title),
    ` ${date(one.recorded_at)}, as of event ${number(String(one.as_of))}, ${counted(one.statements, 'statement')} `,
    one.superseded ? h('span', {class: 'quiet'}, 'superseded') : null,
    !one.superseded && one.restated ? h('span', {class: 'badge badge-differs'}, 'Restated since') : null)));
}

/** @param {Row[]} rows */
function charts(rows) {
  const shown = rows.filter((row) => row.basis !== 'ratio');
  if (shown.length === 0) return null;
  return h('section', {'aria-labelledby': 'charts-heading'},
    h('h2', {id: 'charts-heading'}, 'Committed against claimed against verified'),
    h('p', {class: 'quiet'}, 'Each measure has a scale of its own. The table above says the same.'),
    stagesKey(),
    h('div', {class: 'chart-grid-of-measures'}, ...shown.map((row) => h('section', {},
      h('h3', {}, row.measure),
      stagesChart({title: row.measure, unit: row.unit, numbers: {
        committed: row.committed, claimed: row.claimed, verified: row.verified,
        pending: row.pending, rejected: row.rejected,
      }}, number)))));
}

export const view = {
  /** @param {{year: string}} parameters */
  title({year}) {
    return year;
  },

  /** @param {any} context */
  async render(context) {
    const {year} = context.parameters;
    const query = new URLSearchParams({year});
    /** @type {Record<string, string>} */
    const filters = {};
    for (const name of Object.keys(FILTERS)) {
      const value = context.query.get(name);
      if (value !== null && value !== '') filters[name] = value;
    }
    for (const [name, value] of Object.entries(filters)) query.set(name, value);
    if (context.asOf !== null) query.set('as_of', String(context.asOf));
    const [totals, published, status] = await Promise.all([
      context.api.get(`/totals?${query}`),
      context.api.get(`/publications?year=${encodeURIComponent(year)}`),
      context.session.isSignedIn ? context.api.get('/status') : null]);
    const publications = published.publications.filter(
      (/** @type {{sequence: number}} */ one) => context.asOf === null || one.sequence <= context.asOf);
    const last = publications.at(-1)?.entry ?? null;
    const of = Object.entries(filters).map(([name, value]) => `${name} ${value}`).join(', ');
    return h('article', {},
      h('h1', {}, year),
      h('p', {class: 'lede'}, of === '' ? 'What was committed, claimed and verified. Follow any number to what stands behind it.'
        : `Only of ${of}.`),
      totals.rows.length === 0 ? emptyState('There are no totals of this year', of === '' ? '.' : ' with these filters.')
        : totalsTable(totals.rows, filters, last, status?.currency ?? ''),
      filterForm(context, year),
      h('section', {'aria-labelledby': 'published-heading'},
        h('h2', {id: 'published-heading'}, 'What was published'), publicationList(publications)),
      charts(totals.rows),
      h('p', {class: 'no-print'}, h('a', {href: `/statement/${year}`}, 'The same as a statement that prints on A4')));
  },
};
