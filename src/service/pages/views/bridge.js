/**
 * The bridge of a figure: what was published, what moved it, and what it is now.
 */

import {waterfallFigure} from '../charts/waterfall.js';
import {decimal, negate, sign, subtract, text as textOf} from '../decimal.js';
import {h} from '../dom.js';
import {figureInWords, readFigure} from '../figure_name.js';
import {number} from '../format.js';
import {figureAddress} from '../links.js';
import {bridgeTable, causesInWords} from './bridge_table.js';

/**
 * @typedef {import('../charts/waterfall_geometry.js').Bridge} Bridge
 * @typedef {Bridge & {numerator?: Bridge, denominator?: Bridge}} AnyBridge
 */

/** A point in words: a publication by its title, else the event.  */
function pointInWords(sequence, publications) {
  const found = publications.find((one) => one.as_of === sequence);
  return found === undefined
    ? `event ${number(String(sequence))}`
    : `${found.title} (as of event ${number(String(sequence))})`;
}

/** @param {Bridge} bridge @param {boolean} isNow whether it leads to the head */
function inOneSentence(bridge, isNow) {
  const {opening, closing, lines} = bridge;
  if (opening.quantity === null || closing.quantity === null) {
    return 'This figure has no number at one of these points.';
  }
  const from = number(opening.quantity);
  if (lines.length === 0)
    return `It was ${from}, and ${isNow ? 'still is' : 'still was'}: no event has moved it.`;
  const change = subtract(decimal(closing.quantity), decimal(opening.quantity));
  const size = number(textOf(sign(change) < 0 ? negate(change) : change));
  const moved =
    sign(change) === 0
      ? 'the same quantity after all'
      : `${size} ${sign(change) < 0 ? 'less' : 'more'}`;
  return `It was ${from} and ${isNow ? 'is now' : 'then was'} ${number(closing.quantity)}: ${moved}. What moved it: ${causesInWords(bridge)}.`;
}

/**
 * One bridge, of a figure that has postings of its own.
 * @param {Bridge} bridge
 * @param {any} words
 * @param {'h2' | 'h3'} level of its headings
 */
function bridgeSection(bridge, words, level) {
  const name = readFigure(bridge.figure);
  const title = name === null ? bridge.figure : figureInWords(name);
  const chart = (of, heading) => {
    const figure = waterfallFigure(bridge, of, {
      title: `${heading} of ${title}: from ${words.opening} to ${words.closing}`,
      opening: words.openingShort,
      closing: words.closingShort,
      write: (text) => number(text),
    });
    return figure === null ? [] : [h(level, {}, heading), figure];
  };
  const quantity = words.unit === '' ? 'Quantity' : `Quantity (${words.unit})`;
  const value = words.currency === '' ? 'Value' : `Value (${words.currency})`;
  return h(
    'div',
    {class: 'bridge'},
    h('p', {class: 'lede'}, inOneSentence(bridge, words.isNow)),
    ...(bridge.lines.length === 0
      ? []
      : [...chart('quantity', quantity), ...chart('value', value), bridgeTable(bridge, words)]),
  );
}

/** Other points to begin at.  @param {string} figure @param {any[]} publications */
function otherBeginnings(figure, publications, from, to) {
  const others = publications.filter((one) => one.as_of !== from);
  if (others.length === 0) return null;
  return h(
    'nav',
    {'aria-label': 'Other publications to compare with'},
    h('h2', {}, 'Compare with another publication'),
    h(
      'ul',
      {},
      ...others.map((one) =>
        h(
          'li',
          {},
          h(
            'a',
            {
              href: `/bridge/${encodeURIComponent(figure)}?from=${encodeURIComponent(one.entry)}${to === null ? '' : `&to=${to}`}`,
            },
            `${one.title} (as of event ${number(String(one.as_of))})`,
          ),
        ),
      ),
    ),
  );
}

/** The figure without its point.  @param {string} reference */
function withoutPoint(reference) {
  return reference.replace(/@[0-9]+$/, '');
}

/** The unit of a measure, from the totals of its year; nothing where there are none. */
async function unitOf(context, name, at) {
  const query = new URLSearchParams({year: name.year, measure: name.measure, as_of: String(at)});
  const totals = await context.api.get(`/totals?${query}`);
  return totals.rows[0]?.unit ?? '';
}

async function load(context) {
  const figure = withoutPoint(context.parameters.figure);
  const name = readFigure(figure);
  const year = name === null ? '' : `?year=${encodeURIComponent(name.year)}`;
  const {publications} = await context.api.get(`/publications${year}`);
  // What a point of the past knows of: an earlier page leads from the publication that stood then.
  const then = publications.filter((one) => context.asOf === null || one.sequence <= context.asOf);
  const latest = then.sort((a, b) => a.sequence - b.sequence).at(-1);
  const from = context.query.get('from') ?? latest?.entry ?? null;
  const to = context.query.get('to') ?? (context.asOf === null ? null : String(context.asOf));
  if (from === null) return {figure, name, publications, from, to, bridge: null, unit: ''};
  const query = new URLSearchParams({from, ...(to === null ? {} : {to})});
  const bridge = await context.api.get(`/bridge/${encodeURIComponent(figure)}?${query}`);
  const unit = name === null ? '' : await unitOf(context, name, bridge.to);
  return {figure, name, publications, from, to, bridge, unit};
}

function nothingPublished(figure, name) {
  return [
    h(
      'p',
      {class: 'lede'},
      'A bridge leads from a publication to now, and this year has none yet.',
    ),
    h(
      'p',
      {},
      h('a', {href: figureAddress(figure)}, 'See the figure as it is'),
      name === null ? null : ', or ',
      name === null ? null : h('a', {href: `/year/${name.year}`}, `the year ${name.year}`),
      '.',
    ),
  ];
}

function sections(bridge, words) {
  if (bridge.numerator === undefined || bridge.denominator === undefined) {
    return [bridgeSection(bridge, words, 'h2')];
  }
  const part = (one) => bridgeSection(one, {...words, unit: ''}, 'h3');
  return [
    h(
      'p',
      {class: 'lede'},
      `This is a share: it was ${number(bridge.opening.quantity)} % and is ` +
        `${number(bridge.closing.quantity)} %. What moved it, moved one of its two parts.`,
    ),
    h('h2', {}, 'What it is a share with'),
    part(bridge.numerator),
    h('h2', {}, 'What it is a share of'),
    part(bridge.denominator),
  ];
}

export const view = {
  /** @param {{figure: string}} parameters */
  title({figure}) {
    return `What changed: ${withoutPoint(figure)}`;
  },

  async render(context) {
    const {figure, name, publications, to, bridge, unit} = await load(context);
    const heading = h('h1', {}, 'What changed since it was published');
    const subject = h(
      'p',
      {class: 'subject'},
      h(
        'a',
        {href: figureAddress(bridge?.figure ?? figure)},
        name === null ? figure : figureInWords(name),
      ),
    );
    if (bridge === null)
      return h('article', {}, heading, subject, ...nothingPublished(figure, name));
    const words = {
      isNow: to === null,
      opening: pointInWords(bridge.from, publications),
      closing:
        to === null
          ? `Now (event ${number(String(bridge.to))})`
          : pointInWords(bridge.to, publications),
      openingShort: publications.some((one) => one.as_of === bridge.from)
        ? 'Published'
        : `Event ${bridge.from}`,
      closingShort: to === null ? 'Now' : `Event ${bridge.to}`,
      unit,
      currency: '',
    };
    return h(
      'article',
      {},
      heading,
      subject,
      h('p', {class: 'quiet'}, `From ${words.opening} to ${words.closing.replace('Now', 'now')}.`),
      ...sections(bridge, words),
      otherBeginnings(figure, publications, bridge.from, to),
    );
  },
};
