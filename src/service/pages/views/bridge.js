/**
 * The bridge of a figure: what was published, what moved it, and what it is now.
 */

import {waterfallFigure} from '../charts/waterfall.js';
import {decimal, negate, sign, subtract, text as textOf} from '../decimal.js';
import {h} from '../dom.js';
import {figureInWords, readFigure} from '../figure_name.js';
import {number, units, withUnit} from '../format.js';
import {figureAddress} from '../links.js';
import {currencyOf, measuresAt, titleOf} from '../measures.js';
import {bridgeTable, causesInWords} from './bridge_table.js';

/**
 * @typedef {import('../charts/waterfall_geometry.js').Bridge} Bridge
 * @typedef {Bridge & {numerator?: Bridge, denominator?: Bridge}} AnyBridge
 */

// So many events are told one by one; of the rest, what they come to.
const MOST_TOLD = 200;

/** A point in words: a publication by its title, else the event.  */
function pointInWords(sequence, publications) {
  const found = publications.find((one) => one.as_of === sequence);
  return found === undefined
    ? `event ${number(String(sequence))}`
    : `${found.title} (as of event ${number(String(sequence))})`;
}

/** @param {Bridge} bridge @param {string} unit @param {boolean} isNow whether it leads to the head */
function inOneSentence(bridge, unit, isNow) {
  const {opening, closing, causes} = bridge;
  if (opening.quantity === null || closing.quantity === null) {
    return 'This figure has no number at one of these points.';
  }
  const from = withUnit(opening.quantity, unit);
  if (causes.length === 0)
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
  const {title, unit} = nameOf(bridge.figure, words.measures);
  const chart = (of, heading) => {
    const figure = waterfallFigure(bridge, of, {
      title: `${heading} of ${title}: from ${words.opening} to ${words.closing}`,
      opening: words.openingShort,
      closing: words.closingShort,
      write: (text) => number(text),
    });
    return figure === null ? [] : [h(level, {}, heading), figure];
  };
  const inUnit = unit === '' ? '' : ` (${units(unit)})`;
  const inMoney = words.currency === '' ? '' : ` (${words.currency})`;
  return h(
    'div',
    {class: 'bridge'},
    h('p', {class: 'lede'}, inOneSentence(bridge, unit, words.isNow)),
    ...(bridge.causes.length === 0
      ? []
      : [
          ...chart('quantity', `Quantity${inUnit}`),
          ...chart('value', `Value${inMoney}`),
          bridgeTable(bridge, {...words, inUnit, inMoney}),
        ]),
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

/**
 * What a figure is called, and its unit.
 * @param {string} figure @param {import('../measures.js').Measures} measures
 */
function nameOf(figure, measures) {
  const name = readFigure(figure);
  if (name === null) return {title: figure, unit: ''};
  return {
    title: figureInWords(name, titleOf(measures, name.measure)),
    unit: measures.get(name.measure)?.unit ?? '',
  };
}

/** @param {string} figure @param {string} from @param {string | null} to */
function bridgePath(figure, from, to) {
  const query = new URLSearchParams({from, limit: String(MOST_TOLD)});
  if (to !== null) query.set('to', to);
  return `/bridge/${encodeURIComponent(figure)}?${query}`;
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
  const bridge = from === null ? null : await context.api.get(bridgePath(figure, from, to));
  const [measures, currency] = await Promise.all([
    measuresAt(context.api, bridge?.to ?? context.asOf),
    currencyOf(context),
  ]);
  return {figure, name, publications, to, bridge, measures, currency};
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
  const part = (heading, one) => [
    h('h2', {}, heading),
    h('p', {class: 'subject'}, figureLink(one.figure, words.measures)),
    bridgeSection(one, words, 'h3'),
  ];
  return [
    h(
      'p',
      {class: 'lede'},
      `This is a share: it was ${withUnit(bridge.opening.quantity, '%')} and is ` +
        `${withUnit(bridge.closing.quantity, '%')}. What moved it, moved one of its two parts.`,
    ),
    ...part('What it is a share with', bridge.numerator),
    ...part('What it is a share of', bridge.denominator),
  ];
}

/** @param {string} figure @param {import('../measures.js').Measures} measures */
function figureLink(figure, measures) {
  return h('a', {href: figureAddress(figure)}, nameOf(figure, measures).title);
}

export const view = {
  /** @param {{figure: string}} parameters */
  title({figure}) {
    return `What changed: ${withoutPoint(figure)}`;
  },

  async render(context) {
    const {figure, name, publications, to, bridge, measures, currency} = await load(context);
    const heading = h('h1', {}, 'What changed since it was published');
    const subject = h('p', {class: 'subject'}, figureLink(bridge?.figure ?? figure, measures));
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
      measures,
      currency,
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
