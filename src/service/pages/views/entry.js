/**
 * An entry: what it says, every version of it, what refers to it, and what it posted.
 */

import {h} from '../dom.js';
import {typeInWords} from '../event_words.js';
import {counted, date, number, time} from '../format.js';
import {entryAddress} from '../links.js';
import {emptyState} from '../states.js';
import {verificationForm} from '../verification_form.js';
import {evidenceList, postingTable} from './posting_table.js';

/** Members that name another entry.  */
const REFERENCES = new Set(['organisation', 'programme', 'contract', 'measure', 'commitment', 'claim', 'corrects', 'erases',
  'numerator', 'denominator', 'supplier', 'buyer']);
const LEFT_OUT = new Set(['type', 'id', 'actor', 'evidence', 'statements', 'schedule', 'replacement']);
const STATES = Object.freeze({'in-force': 'In force', withdrawn: 'Withdrawn', void: 'Void'});

/** @param {string} name */
function label(name) {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {string} name @param {unknown} value */
function shown(name, value) {
  if (typeof value === 'string' && REFERENCES.has(name)) return h('a', {href: entryAddress(value)}, value);
  if (typeof value === 'number' && name === 'erases') return h('a', {href: entryAddress(value)}, `event ${value}`);
  if (typeof value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(value)) return number(value);
  if (typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return date(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What an entry says, as terms and values.  @param {Record<string, any>} entry */
function facts(entry) {
  const fact = (/** @type {string} */ term, /** @type {import('../dom.js').Child} */ value) => [h('dt', {}, term), h('dd', {}, value)];
  return h('dl', {class: 'facts'},
    ...fact('Recorded by', entry.actor ?? '–'),
    ...Object.entries(entry).filter(([name]) => !LEFT_OUT.has(name))
      .flatMap(([name, value]) => fact(label(name), shown(name, value))),
    ...(entry.schedule === undefined ? [] : fact('Schedule', entry.schedule
      .map((/** @type {any} */ line) => `${line.year}: ${number(line.quantity)}`).join(', '))),
    ...(entry.evidence === undefined ? [] : fact('Evidence', evidenceList(entry.evidence))));
}

/** @param {any[]} versions */
function versionTable(versions) {
  return h('div', {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Versions'},
    h('table', {},
      h('caption', {class: 'visually-hidden'}, 'Versions, oldest first'),
      h('thead', {}, h('tr', {},
        h('th', {scope: 'col', class: 'number'}, 'Event'), h('th', {scope: 'col'}, 'Recorded (UTC)'),
        h('th', {scope: 'col'}, 'By'), h('th', {scope: 'col'}, 'Why'), h('th', {scope: 'col', class: 'number'}, 'Quantity'))),
      h('tbody', {}, ...versions.map((one, index) => h('tr', {},
        h('th', {scope: 'row', class: 'number'}, h('a', {href: entryAddress(one.sequence)}, number(String(one.sequence)))),
        h('td', {class: 'nowrap'}, time(one.recorded_at)),
        h('td', {}, one.actor ?? '–'),
        h('td', {class: 'wide'}, one.reason ?? (index === 0 ? 'As first recorded' : '–'), one.details_erased ? ' (details erased)' : null),
        h('td', {class: 'number'}, one.entry === null ? 'withdrawn' : number(one.entry.quantity)))))));
}

/** @param {string[]} ids */
function referrers(ids) {
  if (ids.length === 0) return emptyState('Nothing refers to it.');
  return h('ul', {class: 'plain'}, ...ids.map((id) => h('li', {}, h('a', {href: entryAddress(id)}, id))));
}

/** @param {any[]} years */
function yearLinks(years) {
  if (years.length === 0) return null;
  return h('p', {}, 'It bears on ', ...years.flatMap((one, index) => [
    index === 0 ? null : ', ', h('a', {href: `/year/${one.year}`}, one.year),
    one.restated ? [' ', h('span', {class: 'badge badge-differs'}, 'Restated')] : null]), '.');
}

/** The form of whoever may verify a claim.  @param {any} context @param {any} history */
async function verifying(context, history) {
  const {entry} = history;
  const may = context.session.may('verify') && context.asOf === null;
  if (entry.type !== 'claim' || history.state !== 'in-force' || !may) return null;
  const measure = await context.api.get(`/entries/${encodeURIComponent(entry.measure)}`);
  return verificationForm(context, {
    claim: history, unit: measure.entry.unit ?? '',
    onSent: (/** @type {{id: string}} */ sent) => context.navigate(entryAddress(sent.id)),
  });
}

export const view = {
  /** @param {{id: string}} parameters */
  title({id}) {
    return /^[0-9]+$/.test(id) ? `Event ${id}` : id;
  },

  /** @param {any} context */
  async render(context) {
    const history = await context.api.get(`/entries/${encodeURIComponent(context.parameters.id)}`);
    const {asOf} = context;
    const versions = history.versions.filter((/** @type {any} */ one) => asOf === null || one.sequence <= asOf);
    if (versions.length === 0) {
      return h('article', {}, h('h1', {}, history.entry.id ?? typeInWords(history.entry.type)),
        emptyState(`It was recorded later, as event ${number(String(history.sequence))}.`));
    }
    const entry = versions.at(-1).entry ?? history.entry;
    const isWithdrawn = asOf === null ? history.state !== 'in-force' : versions.at(-1).entry === null;
    const state = asOf === null ? STATES[/** @type {keyof typeof STATES} */ (history.state)] ?? history.state
      : isWithdrawn ? 'Withdrawn' : 'In force';
    const postings = history.postings.filter((/** @type {any} */ one) => asOf === null || one.sequence <= asOf);
    return h('article', {},
      h('h1', {}, entry.id ?? `Event ${history.sequence}`),
      h('p', {class: 'subject'}, `${typeInWords(entry.type)}, event ${number(String(history.sequence))} `,
        h('span', {class: `badge ${isWithdrawn ? 'badge-differs' : 'badge-agrees'}`}, state)),
      facts(entry),
      yearLinks(history.years),
      await verifying(context, history),
      h('h2', {}, counted(versions.length, 'version')), versionTable(versions),
      h('h2', {}, 'What it posted'),
      postings.length === 0 ? emptyState('It moved no total.') : postingTable(postings, 'Postings of this entry'),
      h('h2', {}, 'What refers to it'), referrers(history.referred_to_by),
      h('details', {class: 'no-print'}, h('summary', {}, 'As JSON'),
        h('pre', {tabindex: '0', role: 'region', 'aria-label': 'As JSON'}, h('code', {}, JSON.stringify(entry, null, 2)))));
  },
};
