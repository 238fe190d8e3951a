/**
 * A publication against the ledger: each statement that was made to the public, and whether the
 * ledger bears it out.
 */

import {decimal, negate, sign, text as textOf} from '../decimal.js';
import {h} from '../dom.js';
import {figuresIn} from '../figure_name.js';
import {counted, date, hash, number} from '../format.js';
import {entryAddress, figureAddress} from '../links.js';

const RESULTS = Object.freeze({
  agrees: {mark: '✓', word: 'Agrees'},
  differs: {mark: '≠', word: 'Differs'},
  unsupported: {mark: '?', word: 'Unsupported'},
});

const QUALIFIERS = Object.freeze({
  exact: '',
  'at-least': 'at least ',
  'more-than': 'more than ',
  about: 'about ',
});

/** @param {string} figure */
function figureLink(figure, ...content) {
  return h('a', {href: figureAddress(figure)}, ...content);
}

/** A sentence of the service, its figures as links.  @param {string} sentence */
function withLinks(sentence) {
  return figuresIn(sentence).map(({text, figure}) =>
    figure === null ? text : figureLink(figure, text),
  );
}

/** How far the ledger lies from what was stated, in words. */
function differenceInWords({difference, qualifier, ledger, stated}) {
  if (difference === null || ledger === null) return null;
  const value = decimal(difference);
  if (sign(value) === 0)
    return `The ledger has exactly ${number(stated)}, which is not ${QUALIFIERS[qualifier]}${number(stated)}.`;
  const size = number(textOf(sign(value) < 0 ? negate(value) : value));
  return `The ledger has ${size} ${sign(value) < 0 ? 'less' : 'more'} than was stated.`;
}

function reasons(statement) {
  const sentences = [];
  if (statement.result === 'differs') sentences.push(differenceInWords(statement));
  if (statement.result === 'unsupported')
    sentences.push('No event in the ledger stands behind this statement.');
  for (const other of statement.contradicts)
    sentences.push(`It contradicts “${other}”: no number can satisfy both.`);
  return [...sentences.filter((one) => one !== null), ...statement.because];
}

/** Where the ledger says that the figure has moved since: to what moved it. */
function bridgeItem(statement, id) {
  if (!statement.because.some((sentence) => sentence.includes('restated since'))) return null;
  const figure = statement.figure.replace(/@[0-9]+$/, '');
  return h(
    'li',
    {},
    h(
      'a',
      {href: `/bridge/${encodeURIComponent(figure)}?from=${encodeURIComponent(id)}`},
      'See what moved it',
    ),
  );
}

function statementRow(statement, id) {
  const {mark, word} = RESULTS[statement.result];
  const why = reasons(statement);
  const of = statement.of === 'value' ? 'the value of ' : '';
  return h(
    'tr',
    {class: `result-${statement.result}`},
    h(
      'th',
      {scope: 'row', class: 'wide'},
      h('span', {class: 'statement'}, statement.label),
      h('span', {class: 'reference'}, of, figureLink(statement.figure, statement.figure)),
      why.length === 0
        ? null
        : h(
            'ul',
            {class: 'reasons'},
            ...why.map((sentence) => h('li', {}, ...withLinks(sentence))),
            bridgeItem(statement, id),
          ),
    ),
    h('td', {class: 'number'}, `${QUALIFIERS[statement.qualifier]}${number(statement.stated)}`),
    h(
      'td',
      {class: 'number'},
      statement.ledger === null ? '–' : figureLink(statement.figure, number(statement.ledger)),
    ),
    h(
      'td',
      {},
      h(
        'span',
        {class: `badge badge-${statement.result}`},
        h('span', {'aria-hidden': 'true'}, `${mark} `),
        word,
      ),
      statement.contradicts.length === 0
        ? null
        : h(
            'span',
            {class: 'badge badge-contradicts'},
            h('span', {'aria-hidden': 'true'}, '⇄ '),
            'Contradicts',
          ),
    ),
  );
}

function inOneSentence({statements, agrees, differs, unsupported, contradicts}) {
  if (statements.length === 0)
    return 'It makes no statement about a figure; it freezes the totals of its year.';
  const parts = [`${counted(agrees, 'agrees', 'agree')} with the ledger`];
  if (differs > 0) parts.push(counted(differs, 'differs', 'differ'));
  if (unsupported > 0)
    parts.push(counted(unsupported, 'has', 'have') + ' nothing behind it in the ledger');
  const pairs =
    contradicts === 0
      ? ''
      : ` ${counted(contradicts, 'pair contradicts', 'pairs contradict')} each other.`;
  return `Of ${counted(statements.length, 'statement')}, ${parts.join(', ')}.${pairs}`;
}

function standing(publication) {
  if (publication.superseded) {
    return h(
      'p',
      {class: 'notice'},
      'It has been superseded by ',
      h(
        'a',
        {href: `/publication/${encodeURIComponent(publication.superseded_by)}`},
        publication.superseded_by,
      ),
      '.',
    );
  }
  if (publication.restated) {
    return h(
      'p',
      {class: 'notice'},
      'The year has been restated since: its totals are no longer what was published. ',
      h('a', {href: `/year/${publication.year}`}, `See ${publication.year} as it is now`),
      '.',
    );
  }
  return h(
    'p',
    {class: 'notice notice-good'},
    'It still stands: nothing has moved the totals of its year since.',
  );
}

/** The document as it was published, where the caller may see details. */
async function documentOf(context, id) {
  if (!context.session.isSignedIn) return null;
  const {entry} = await context.api.get(`/entries/id:${encodeURIComponent(id)}`);
  return entry.document ?? null;
}

function facts(publication, document) {
  const fact = (term, ...content) => [h('dt', {}, term), h('dd', {}, ...content)];
  return h(
    'dl',
    {class: 'facts'},
    ...fact('Year', h('a', {href: `/year/${publication.year}`}, publication.year)),
    ...fact(
      'Totals as of',
      h(
        'a',
        {href: `/year/${publication.year}?as_of=${publication.as_of}`},
        `event ${number(String(publication.as_of))}`,
      ),
    ),
    ...fact(
      'Recorded',
      h(
        'a',
        {href: entryAddress(publication.sequence)},
        `event ${number(String(publication.sequence))}`,
      ),
      `, ${date(publication.recorded_at)}, by ${publication.actor}`,
    ),
    ...fact('Root of the totals', hash(publication.totals_root)),
    ...(document === null
      ? []
      : fact('Document', document.title ?? 'The document', ', SHA-256 ', hash(document.sha256))),
  );
}

function statementsTable(statements, id) {
  if (statements.length === 0) return null;
  return h(
    'div',
    {
      class: 'table-scroll',
      role: 'region',
      tabindex: '0',
      'aria-label': 'Statements against the ledger',
    },
    h(
      'table',
      {class: 'statements'},
      h('caption', {}, 'What was said, and what the ledger has'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {scope: 'col'}, 'Statement'),
          h('th', {scope: 'col', class: 'number'}, 'Stated'),
          h('th', {scope: 'col', class: 'number'}, 'Ledger'),
          h('th', {scope: 'col'}, 'Result'),
        ),
      ),
      h('tbody', {}, ...statements.map((statement) => statementRow(statement, id))),
    ),
  );
}

export const view = {
  /** @param {{id: string}} parameters */
  title({id}) {
    return `Publication ${id}`;
  },

  async render(context) {
    const {id} = context.parameters;
    const reconciliation = await context.api.get(
      `/publications/${encodeURIComponent(id)}/reconciliation`,
    );
    const {publications} = await context.api.get(
      `/publications?year=${encodeURIComponent(reconciliation.year)}`,
    );
    const publication = publications.find((one) => one.entry === id);
    const document = await documentOf(context, id);
    return h(
      'article',
      {class: 'publication'},
      h('h1', {}, reconciliation.title),
      h('p', {class: 'lede'}, inOneSentence(reconciliation)),
      publication === undefined ? null : standing(publication),
      publication === undefined ? null : facts(publication, document),
      h('h2', {}, 'Statements'),
      statementsTable(reconciliation.statements, id),
    );
  },
};
