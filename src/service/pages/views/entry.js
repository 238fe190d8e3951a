/**
 * An entry: what it says, who recorded it, its versions, what refers to it, and which figures it moves.
 * Of a claim, whether it was verified, and the form to do so for who may.
 */

import {h} from '../dom.js';
import {entryFacts} from '../entry_facts.js';
import {eventInWords, typeInWords} from '../event_words.js';
import {wholeFigure, writeFigure} from '../figure_name.js';
import {change, date, number, time} from '../format.js';
import {entryAddress, figureAddress} from '../links.js';
import {measuresAt, titleOf} from '../measures.js';
import {emptyState} from '../states.js';
import {verificationForm} from '../verification_form.js';

// So many of what refers to an entry are looked at; the rest are named.
const MOST_LOOKED_AT = 12;
const MOST_NAMED = 100;

/** @type {Record<string, {word: string, mark: string, look: string}>} */
const STATES = {
  'in-force': {word: 'In force', mark: '✓', look: 'agrees'},
  withdrawn: {word: 'Withdrawn', mark: '✕', look: 'differs'},
  void: {word: 'Void: what it rests on was corrected or withdrawn', mark: '✕', look: 'differs'},
};

/** @param {string} id @param {number | null} asOf @param {Record<string, string>} more */
function entryPath(id, asOf, more = {}) {
  const query = new URLSearchParams(more);
  if (asOf !== null) query.set('as_of', String(asOf));
  const text = query.toString();
  return `/entries/${encodeURIComponent(id)}${text === '' ? '' : `?${text}`}`;
}

/**
 * Some of what refers to it, as they were then: the oldest, or of a claim the newest, among which
 * its verification in force is.
 */
async function referringTo({entry, referred_to_by: ids}, {api, asOf}) {
  const look = (id) => api.get(entryPath(`id:${id}`, asOf, {referring: '1'})).catch(() => null);
  const from = entry.type === 'claim' ? Math.max(0, ids.length - MOST_LOOKED_AT) : 0;
  const looked = await Promise.all(ids.slice(from, from + MOST_LOOKED_AT).map(look));
  return looked.filter((one) => one !== null);
}

/** Says of what was not there yet when it came; what never was stays a problem.  */
async function recordedLater(context, problem) {
  if (problem.code !== 'unknown-reference' || context.asOf === null) throw problem;
  const {entry, sequence} = await context.api.get(entryPath(context.parameters.id, null));
  return h(
    'article',
    {class: 'entry'},
    h('h1', {}, entry.id ?? typeInWords(entry.type)),
    emptyState(
      `It was recorded later, in event ${number(String(sequence))}. `,
      h('a', {href: entryAddress(sequence), 'data-now': true}, 'See it as it is now'),
      '.',
    ),
  );
}

/** @param {string} state */
function stateBadge(state) {
  const {word, mark, look} = STATES[state];
  return h(
    'span',
    {class: `badge badge-${look}`},
    h('span', {'aria-hidden': 'true'}, `${mark} `),
    word,
  );
}

/** Whether a claim was verified, in a sentence.  @param {any[]} referring */
function checked(referring) {
  const found = referring.find(
    ({entry, state}) => entry.type === 'verification' && state === 'in-force',
  );
  if (found === undefined)
    return h('p', {class: 'notice'}, 'It waits to be verified: no verification of it is in force.');
  const {entry} = found;
  const outcome = {
    accepted: 'Accepted in full',
    partial: `Accepted in part: ${number(entry.quantity)}`,
    rejected: 'Rejected',
  }[entry.outcome];
  return h(
    'p',
    {class: `notice ${entry.outcome === 'rejected' ? 'notice-bad' : 'notice-good'}`},
    `${outcome}, by ${entry.actor}, ${date(found.versions[0].recorded_at)}, by ${entry.method}: `,
    h('a', {href: entryAddress(entry.id)}, entry.id),
    '.',
  );
}

/** @param {any} history @param {any[]} referring @param {(entry: any) => string} say */
function references({referred_to_by: named, more_refer_to_it: isCut}, referring, say) {
  if (named.length === 0) return h('p', {class: 'empty'}, 'Nothing refers to it.');
  const known = new Set(referring.map(({entry}) => entry.id));
  return h(
    'ul',
    {class: 'references'},
    ...referring.map(({entry, state, sequence}) =>
      h(
        'li',
        {},
        h('a', {href: entryAddress(entry.id)}, entry.id),
        h(
          'span',
          {class: 'line quiet'},
          `${typeInWords(entry.type)}${state === 'in-force' ? '' : `, ${state}`}: ${say({...entry, sequence})}`,
        ),
      ),
    ),
    ...named
      .filter((id) => !known.has(id))
      .map((id) => h('li', {}, h('a', {href: entryAddress(id)}, id))),
    isCut
      ? h('li', {class: 'quiet'}, `These are the oldest ${named.length}; there are more.`)
      : null,
  );
}

/** @param {any} posting */
function effectRow(posting) {
  const {year, measure, stage} = posting;
  const reference = writeFigure(wholeFigure(year, measure, stage));
  return h(
    'tr',
    {},
    h(
      'th',
      {scope: 'row', class: 'number'},
      h('a', {href: entryAddress(posting.sequence)}, number(String(posting.sequence))),
    ),
    h('td', {}, h('a', {href: figureAddress(reference)}, reference)),
    h(
      'td',
      {},
      [posting.programme, posting.organisation, posting.contract]
        .filter((one) => one !== null)
        .join(', '),
    ),
    h('td', {class: 'number'}, change(posting.delta)),
  );
}

function effects({postings}) {
  if (postings.length === 0) return h('p', {class: 'empty'}, 'It moves no figure by itself.');
  return h(
    'div',
    {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Figures that it moved'},
    h(
      'table',
      {class: 'effects'},
      h('caption', {class: 'visually-hidden'}, 'Figures that it moved'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {scope: 'col', class: 'number'}, 'Event'),
          h('th', {scope: 'col'}, 'Figure'),
          h('th', {scope: 'col'}, 'Of'),
          h('th', {scope: 'col', class: 'number'}, 'Change'),
        ),
      ),
      h('tbody', {}, ...postings.map(effectRow)),
    ),
  );
}

/** @param {any} version */
function versionItem(version, index) {
  const what = version.entry === null ? 'Withdrawn' : index === 0 ? 'Recorded' : 'Corrected';
  return h(
    'li',
    {},
    h(
      'p',
      {},
      h('strong', {}, what),
      ` in event ${number(String(version.sequence))}, ${time(version.recorded_at)} UTC`,
      version.actor === null ? '' : `, by ${version.actor}`,
      version.reason === null ? '' : `: ${version.reason}`,
    ),
    version.details_erased
      ? h(
          'p',
          {class: 'quiet'},
          'Its details (titles, addresses, notes) have been erased. What is counted and hashed is as it was.',
        )
      : null,
    version.entry === null
      ? null
      : h(
          'details',
          {},
          h('summary', {}, 'As JSON'),
          h(
            'pre',
            {
              tabindex: '0',
              role: 'region',
              'aria-label': `Version of event ${version.sequence} as JSON`,
            },
            JSON.stringify(version.entry, null, 2),
          ),
        ),
  );
}

/** @param {{year: string, publication: string | null, restated: boolean}[]} years */
function yearsOf(years) {
  if (years.length === 0) return null;
  return h(
    'p',
    {class: 'quiet'},
    'It counts in ',
    ...years.flatMap(({year, restated}, index) => [
      index === 0 ? '' : ', ',
      h('a', {href: `/year/${encodeURIComponent(year)}`}, year),
      restated ? ' (restated)' : '',
    ]),
    '.',
  );
}

/** The form, for who may verify a claim that waits.  */
function form(context, history, referring, measures) {
  const {entry, state, postings} = history;
  const isVerified = referring.some(
    (one) => one.entry.type === 'verification' && one.state === 'in-force',
  );
  if (entry.type !== 'claim' || state !== 'in-force' || isVerified) return null;
  if (context.asOf !== null || !context.session.may('verify')) return null;
  const unit = measures.get(postings[0]?.measure)?.unit ?? '';
  return verificationForm(context, {claim: history, unit, onSent: () => context.refresh()});
}

export const view = {
  /** @param {{id: string}} parameters */
  title({id}) {
    return id;
  },

  async render(context) {
    const {api, asOf, parameters} = context;
    let history;
    try {
      history = await api.get(entryPath(parameters.id, asOf, {referring: String(MOST_NAMED)}));
    } catch (problem) {
      return recordedLater(context, problem);
    }
    const [referring, measures] = await Promise.all([
      referringTo(history, context),
      measuresAt(api, asOf),
    ]);
    const {entry, versions, state, sequence, years} = history;
    const say = (one) => eventInWords(one, number, (id) => titleOf(measures, id));
    return h(
      'article',
      {class: 'entry'},
      h('p', {class: 'kind'}, typeInWords(entry.type), ' ', stateBadge(state)),
      h('h1', {}, entry.id ?? typeInWords(entry.type)),
      h('p', {class: 'lede'}, say({...entry, sequence})),
      entry.type === 'claim' && state === 'in-force' ? checked(referring) : null,
      entry.type === 'publication'
        ? h(
            'p',
            {},
            h(
              'a',
              {href: `/publication/${encodeURIComponent(entry.id)}`},
              'Hold it against the ledger',
            ),
          )
        : null,
      ...entryFacts(entry),
      form(context, history, referring, measures),
      h('h2', {}, 'Figures that it moved'),
      effects(history),
      yearsOf(years),
      h('h2', {}, 'What refers to it'),
      references(history, referring, say),
      h('h2', {}, versions.length === 1 ? 'Recorded' : 'Versions'),
      h('ol', {class: 'versions'}, ...versions.map(versionItem)),
    );
  },
};
