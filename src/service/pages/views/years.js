/**
 * The years that a ledger has totals of.
 */

import {h} from '../dom.js';
import {counted, date} from '../format.js';
import {entryAddress} from '../links.js';
import {emptyState} from '../states.js';

/** @typedef {{year: string, entry: string, title: string, recorded_at: string, as_of: number, latest: boolean, restated: boolean}} Publication */

/**
 * Each year once, the latest first, with how many measures it has and how many of them were restated.
 * @param {{year: string, restated: boolean}[]} rows
 */
export function yearsOf(rows) {
  /** @type {Map<string, {year: string, measures: number, restated: number}>} */
  const years = new Map();
  for (const {year, restated} of rows) {
    const one = years.get(year) ?? {year, measures: 0, restated: 0};
    one.measures += 1;
    one.restated += restated ? 1 : 0;
    years.set(year, one);
  }
  return [...years.values()].sort((a, b) => (a.year < b.year ? 1 : -1));
}

/** @param {Publication | undefined} publication */
function standing(publication, restated) {
  if (publication === undefined) return 'Nothing published';
  return restated === 0 ? 'Stands as published'
    : [h('span', {class: 'badge badge-differs'}, 'Restated'), ` ${counted(restated, 'measure')} moved since`];
}

export const view = {
  title() {
    return 'Years';
  },

  /** @param {any} context */
  async render(context) {
    const at = context.asOf === null ? '' : `?as_of=${context.asOf}`;
    const [totals, published] = await Promise.all([
      context.api.get(`/totals${at}`), context.api.get('/publications')]);
    /** @type {Publication[]} */
    const publications = published.publications.filter(
      (/** @type {{sequence: number}} */ one) => context.asOf === null || one.sequence <= context.asOf);
    const rows = yearsOf(totals.rows).map(({year, measures, restated}) => {
      const publication = publications.filter((one) => one.year === year).at(-1);
      return h('tr', {},
        h('th', {scope: 'row'}, h('a', {href: `/year/${year}`}, year)),
        h('td', {class: 'number'}, String(measures)),
        h('td', {}, publication === undefined ? '–'
          : [h('a', {href: `/publication/${encodeURIComponent(publication.entry)}`}, publication.title),
            h('span', {class: 'quiet'}, ` ${date(publication.recorded_at)}`)]),
        h('td', {}, standing(publication, restated)));
    });
    return h('article', {},
      h('h1', {}, 'What was promised, claimed and verified'),
      h('p', {class: 'lede'}, 'Each year’s totals, and behind every number the events and evidence that it comes from.'),
      rows.length === 0
        ? emptyState('There are no totals yet: nobody has committed to anything, or claimed it. ',
          h('a', {href: entryAddress(0)}, 'The ledger was opened by event 0.'))
        : h('div', {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Years'},
          h('table', {class: 'years'},
            h('caption', {class: 'visually-hidden'}, 'Years, and what was published of them'),
            h('thead', {}, h('tr', {},
              h('th', {scope: 'col'}, 'Year'), h('th', {scope: 'col', class: 'number'}, 'Measures'),
              h('th', {scope: 'col'}, 'Last published'), h('th', {scope: 'col'}, 'Since then'))),
            h('tbody', {}, ...rows))));
  },
};
