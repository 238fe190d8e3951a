/**
 * One number: what it is, what adds up to it, who checked that, and what of it may be taken away.
 */

import {balanceFigure} from '../charts/balance.js';
import {copyButton} from '../copy.js';
import {citation} from '../citation.js';
import {h} from '../dom.js';
import {readFigure, writeFigure} from '../figure_name.js';
import {counted, number, share, units, withUnit, words} from '../format.js';
import {entryAddress, figureAddress} from '../links.js';
import {currencyOf} from '../measures.js';
import {pointAt} from '../point.js';
import {postingsTable} from '../postings_table.js';
import {balancesPath, bundlePath, tracePage} from '../trace_pages.js';
import {STAGES} from '../totals_table.js';

/** @param {any} name @param {number} asOf */
function rowPath(name, asOf) {
  const query = new URLSearchParams({year: name.year, measure: name.measure, as_of: String(asOf)});
  for (const filter of ['programme', 'organisation', 'contract'])
    if (name[filter] !== null) query.set(filter, name[filter]);
  return `/totals?${query}`;
}

async function load(context) {
  const asked = context.parameters.figure;
  const after = /^[0-9]+$/.test(context.query.get('after') ?? '')
    ? Number(context.query.get('after'))
    : null;
  const trace = await tracePage(context.api, asked, context.asOf, after);
  const name = /** @type {import('../figure_name.js').FigureName} */ (readFigure(trace.figure));
  const [{rows}, {publications}, point, currency] = await Promise.all([
    context.api.get(rowPath(name, trace.as_of)),
    context.api.get(`/publications?year=${encodeURIComponent(name.year)}`),
    pointAt(context, trace.as_of).catch(() => null),
    currencyOf(context),
  ]);
  const latest = publications.filter(({sequence}) => sequence <= trace.as_of).at(-1) ?? null;
  return {asked, after, trace, name, row: rows[0] ?? null, latest, point, currency};
}

/** The figure of another stage, the rest the same.  */
function stageLinks(name, row) {
  if (row === null) return null;
  const link = (stage) => {
    const reference = writeFigure({...name, stage, at: null});
    return h(
      'li',
      {},
      h(
        'a',
        {href: figureAddress(reference), 'aria-current': stage === name.stage ? 'true' : null},
        h('span', {class: 'stage'}, words(stage)),
        h('span', {class: 'stage-number'}, number(row[stage])),
      ),
    );
  };
  return h(
    'nav',
    {'aria-label': 'The same in other stages'},
    h('ul', {class: 'stages'}, ...STAGES.filter((stage) => row[stage] !== null).map(link)),
  );
}

function inOneSentence({name, trace, after}) {
  const filters = /** @type {const} */ (['programme', 'organisation', 'contract']).flatMap(
    (filter) => {
      if (name[filter] === null) return [];
      return [
        filter === 'contract' && name.contract === '-'
          ? 'without a contract'
          : `${filter} ${name[filter]}`,
      ];
    },
  );
  const of = filters.length === 0 ? '' : `, ${filters.join(', ')}`;
  if (trace.numerator !== undefined) {
    return `${number(trace.numerator.quantity)} of ${number(trace.denominator.quantity)}, ${name.stage} in ${name.year}${of}, rounded to four decimals.`;
  }
  const from = !isWhole(trace, after)
    ? ''
    : trace.postings.length === 0
      ? '. Nothing has been posted to it'
      : `. It is the sum of ${counted(trace.postings.length, 'posting')}, all listed below`;
  return `${words(name.stage)} in ${name.year}${of}${from}.`;
}

function facts({trace, name, row, latest, point, currency}) {
  const fact = (term, ...content) => [h('dt', {}, term), h('dd', {}, ...content)];
  const verified =
    row === null || trace.numerator !== undefined ? null : share(row.verified, row.claimed);
  const restated = row?.restated
    ? h(
        'a',
        {
          href: `/bridge/${encodeURIComponent(writeFigure({...name, at: null}))}?from=${encodeURIComponent(latest?.entry ?? '')}${trace.as_of === point?.head ? '' : `&to=${trace.as_of}`}`,
        },
        'See what moved it since it was published',
      )
    : null;
  return h(
    'dl',
    {class: 'facts'},
    ...(trace.value === null ? [] : fact('Worth', withUnit(trace.value, currency))),
    ...(verified === null ? [] : fact('Verified of claimed', `${verified} %`)),
    ...fact(
      'Measure',
      h('a', {href: entryAddress(trace.measure.id)}, trace.measure.title),
      `, in ${units(trace.measure.unit)}`,
      trace.measure.framework
        ? h('span', {class: 'quiet'}, `, ${trace.measure.framework} ${trace.measure.edition ?? ''}`)
        : null,
    ),
    ...(trace.measure.proxy
      ? fact('Proxy', number(trace.measure.proxy), ` for each ${trace.measure.unit}`)
      : []),
    ...fact(
      'Year',
      h('a', {href: `/year/${encodeURIComponent(name.year)}`}, name.year),
      row?.restated
        ? h(
            'span',
            {},
            ', ',
            h(
              'span',
              {class: 'badge badge-differs'},
              h('span', {'aria-hidden': 'true'}, '↻ '),
              'Restated',
            ),
          )
        : null,
    ),
    ...(restated === null ? [] : fact('What changed', restated)),
    ...fact('Reference', h('code', {}, trace.figure)),
  );
}

function bundleButton(context, {asked, trace}) {
  const said = h('span', {role: 'status', class: 'quiet'});
  const take = async () => {
    said.textContent = 'Making the bundle…';
    try {
      const blob = await context.api.bytes(bundlePath(asked, context.asOf));
      const address = URL.createObjectURL(blob);
      const link = /** @type {HTMLAnchorElement} */ (
        h('a', {href: address, download: `${trace.figure.replace(/[^A-Za-z0-9.@=-]+/g, '_')}.zip`})
      );
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      said.textContent = 'Downloaded. Check it with tally check-bundle.';
    } catch (problem) {
      said.textContent =
        problem instanceof Error ? problem.message : 'The bundle could not be made.';
    }
  };
  return h(
    'span',
    {class: 'copy'},
    h('button', {type: 'button', onclick: take}, 'Download the bundle'),
    ' ',
    said,
  );
}

function tools(context, loaded) {
  const {trace, point} = loaded;
  const cite =
    point === null
      ? null
      : citation({
          figure: trace.figure,
          quantity: trace.quantity,
          unit: trace.measure.unit,
          title: trace.measure.title,
          origin: point.origin,
          size: trace.as_of + 1,
          root: point.root,
        });
  return h(
    'div',
    {class: 'tools'},
    bundleButton(context, loaded),
    cite === null ? null : copyButton(cite, 'Copy citation'),
    copyButton(trace.figure, 'Copy reference'),
    cite === null ? null : h('p', {class: 'citation'}, cite),
  );
}

/** @param {any} context @param {number | null} after @param {number | null} next */
function pager(context, after, next) {
  if (after === null && next === null) return null;
  const path = figureAddress(context.parameters.figure);
  const address = (value) => {
    const query = new URLSearchParams(context.query);
    if (value === null) query.delete('after');
    else query.set('after', String(value));
    return query.size === 0 ? path : `${path}?${query}`;
  };
  return h(
    'nav',
    {class: 'pager', 'aria-label': 'Pages of postings'},
    h(
      'ul',
      {},
      after === null ? null : h('li', {}, h('a', {href: address(null)}, 'The first postings')),
      next === null
        ? null
        : h(
            'li',
            {},
            h('a', {href: address(next)}, `Later postings, after event ${number(String(next))}`),
          ),
    ),
  );
}

/** Whether a page of a trace has every posting of it.  */
function isWhole(trace, after) {
  return after === null && (trace.next_after ?? null) === null;
}

/** How a figure grew: drawn of its postings, or where they are many of points along it.  */
async function growth(context, trace, point, after) {
  const all = isWhole(trace, after);
  const {balances} = all
    ? {balances: trace.postings}
    : await context.api.get(balancesPath(trace.figure));
  return balanceFigure(
    {
      title: `${trace.measure.title}, ${readFigure(trace.figure)?.stage}: running balance`,
      points: balances,
      isWhole: all,
      end: {
        sequence: trace.as_of,
        recorded_at: point?.time ?? balances.at(-1)?.recorded_at ?? null,
      },
    },
    (text) => number(text),
  );
}

/** What adds up to a figure that has postings of its own.  */
async function sumOf(context, trace, point, after, level) {
  if (trace.postings.length === 0 && isWhole(trace, after))
    return [h('p', {class: 'empty'}, 'Nothing has been posted to this figure as of this point.')];
  return [
    h(level, {}, 'How it grew'),
    await growth(context, trace, point, after),
    h(level, {}, 'What adds up to it'),
    postingsTable(trace.postings, `Postings of ${trace.figure}`),
    pager(context, after, trace.next_after ?? null),
  ];
}

async function sections(context, {trace, point, after}) {
  if (trace.numerator === undefined) return sumOf(context, trace, point, after, 'h2');
  const part = async (heading, one) => [
    h('h2', {}, heading),
    h(
      'p',
      {class: 'subject'},
      h('a', {href: figureAddress(one.figure)}, `${one.measure.title}: ${number(one.quantity)}`),
    ),
    ...(await sumOf(context, one, point, after, 'h3')),
  ];
  return (
    await Promise.all([
      part('What it is a share with', trace.numerator),
      part('What it is a share of', trace.denominator),
    ])
  ).flat();
}

export const view = {
  /** @param {{figure: string}} parameters */
  title({figure}) {
    return figure;
  },

  async render(context) {
    const loaded = await load(context);
    const {trace, name, row} = loaded;
    return h(
      'article',
      {class: 'figure-page'},
      h('h1', {}, `${trace.measure.title}, ${name.stage}`),
      h('p', {class: 'big-number'}, withUnit(trace.quantity, trace.measure.unit)),
      h('p', {class: 'lede'}, inOneSentence(loaded)),
      stageLinks(name, row),
      facts(loaded),
      tools(context, loaded),
      ...(await sections(context, loaded)),
    );
  },
};
