/**
 * A figure: the postings that add up to it, each with its event, its evidence and what corrected it.
 */

import {balanceFigure} from '../charts/balance.js';
import {copyButton} from '../copy.js';
import {decimal, sign} from '../decimal.js';
import {h} from '../dom.js';
import {readFigure, writeFigure} from '../figure_name.js';
import {counted, number, time, withUnit} from '../format.js';
import {figureAddress} from '../links.js';
import {emptyState} from '../states.js';
import {postingTable} from './posting_table.js';

const ON_A_PAGE = 100;
const STAGES = ['committed', 'claimed', 'verified', 'pending', 'rejected'];

/** @typedef {import('../figure_name.js').FigureName} FigureName */

/** The other stages of the same.  @param {FigureName} name */
function stageLinks(name) {
  return h('nav', {'aria-label': 'Stages of this figure'}, h('ul', {class: 'stages'},
    ...STAGES.map((stage) => h('li', {}, h('a', {
      href: figureAddress(writeFigure({...name, stage})), 'aria-current': stage === name.stage ? 'page' : null,
    }, stage)))));
}

/** @param {any} trace @param {FigureName} name */
function headline(trace, name) {
  const {measure} = trace;
  const unit = measure.basis === 'ratio' ? '%' : measure.unit ?? '';
  const of = [name.programme && `programme ${name.programme}`, name.organisation && `organisation ${name.organisation}`,
    name.contract && (name.contract === '-' ? 'without a contract' : `contract ${name.contract}`)].filter(Boolean);
  return [
    h('h1', {}, measure.title ?? name.measure),
    h('p', {class: 'subject'}, `${name.stage}, ${name.year}${of.length === 0 ? '' : `, ${of.join(', ')}`}`),
    h('p', {class: 'headline'}, h('strong', {}, withUnit(trace.quantity, unit)),
      trace.value === null ? null : h('span', {class: 'worth'}, ` worth ${number(trace.value)}`)),
  ];
}

/** @param {any} trace @param {any} log origin and root */
function citation(trace, log) {
  const root = log === null ? '' : `, root ${log.root}`;
  return `${trace.figure}: ${trace.quantity ?? 'no number'}${log === null ? '' : `, ledger ${log.origin}`}, `
    + `as of event ${trace.as_of}${log === null ? '' : ` recorded ${log.recorded_at}`}${root}. ${window.location.origin}${figureAddress(trace.figure)}`;
}

/** Fetches the bundle with the token, and hands it to the browser to keep.  @param {any} context @param {string} figure */
function bundleButton(context, figure) {
  if (!context.session.isSignedIn) {
    return h('p', {class: 'quiet'}, h('a', {href: `/sign-in?next=${encodeURIComponent(figureAddress(figure))}`}, 'Sign in'),
      ' to fetch its bundle: the events behind it with their proofs, to be checked offline.');
  }
  const said = h('span', {role: 'status', class: 'quiet'});
  const fetchBundle = async () => {
    said.textContent = 'Gathering the proofs…';
    try {
      const bytes = await context.api.bytes(`/trace/${encodeURIComponent(figure)}/bundle`);
      const address = URL.createObjectURL(bytes);
      h('a', {href: address, download: `${figure.replace(/[^A-Za-z0-9.-]+/g, '-')}.zip`}).dispatchEvent(new MouseEvent('click'));
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      said.textContent = 'Saved. Check it with: tally check-bundle FILE --vkey KEY';
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  return h('p', {class: 'no-print'}, h('button', {type: 'button', onclick: fetchBundle}, 'Download the bundle'), ' ', said);
}

/** @param {any} trace @param {string} title @param {any} context @param {'h2' | 'h3'} level */
function postings(trace, title, context, level) {
  const shown = trace.postings;
  if (shown.length === 0) return [emptyState('Nothing has been posted to it: it is zero.')];
  const isWhole = trace.next_after === null && context.query.get('after') === null;
  const more = trace.next_after === null ? null : (() => {
    const query = new URLSearchParams(context.query);
    query.set('after', String(trace.next_after));
    return h('a', {rel: 'next', href: `${window.location.pathname}?${query}`}, 'Later postings');
  })();
  const first = new URLSearchParams(context.query);
  first.delete('after');
  const back = context.query.get('after') === null ? null
    : h('a', {rel: 'first', href: `${window.location.pathname}${first.size === 0 ? '' : `?${first}`}`}, 'The first postings');
  return [
    h(level, {}, 'What it is the sum of'),
    h('p', {class: 'quiet'}, isWhole
      ? `The ${counted(shown.length, 'posting')} below add up to ${number(trace.quantity)}.`
      : `${counted(shown.length, 'posting')}, from event ${number(String(shown[0].sequence))}; the running balance goes on from those before.`),
    postingTable(shown, 'Postings, oldest first'),
    back === null && more === null ? null
      : h('nav', {class: 'pager', 'aria-label': 'Pages of postings'}, h('ul', {}, back && h('li', {}, back), more && h('li', {}, more))),
    shown.length < 2 || !isWhole ? null : h('section', {},
      h(level, {}, 'How it came to be'),
      balanceFigure({title: `${title}: running balance`, postings: shown, end: {sequence: trace.as_of, recorded_at: null}}, number)),
  ];
}

/** @param {any} trace @param {FigureName} name @param {any} context */
function parts(trace, name, context) {
  return [['numerator', 'What it is a share with'], ['denominator', 'What it is a share of']].flatMap(([part, heading]) => {
    const of = trace[part];
    return of === undefined ? [] : [
      h('h2', {}, heading),
      h('p', {}, h('a', {href: figureAddress(of.figure)}, `${of.measure.title}, ${name.stage}`), `: ${withUnit(of.quantity, of.measure.unit)}`),
      ...postings(of, of.measure.title, context, 'h3'),
    ];
  });
}

/** @param {any} context @param {string} figure */
async function load(context, figure) {
  const query = new URLSearchParams({limit: String(ON_A_PAGE)});
  const after = context.query.get('after');
  if (after !== null) query.set('after', after);
  if (context.asOf !== null && !/@[0-9]+$/.test(figure)) query.set('as_of', String(context.asOf));
  return context.api.get(`/trace/${encodeURIComponent(figure)}?${query}`);
}

/** What a citation says of the log, as of a point; nothing where it cannot be had.  @param {any} context @param {number} at */
async function logAt(context, at) {
  try {
    const [point, note] = await Promise.all([context.api.get(`/points/${at}`), context.api.text('/checkpoint')]);
    return {...point, origin: note.split('\n')[0]};
  } catch {
    return null;
  }
}

export const view = {
  /** @param {{figure: string}} parameters */
  title({figure}) {
    return figure;
  },

  /** @param {any} context */
  async render(context) {
    const trace = await load(context, context.parameters.figure);
    const name = readFigure(trace.figure) ?? {
      year: '', measure: trace.figure, stage: '', programme: null, organisation: null, contract: null, at: null};
    const [log, published] = await Promise.all([
      logAt(context, trace.as_of), context.api.get(`/publications?year=${encodeURIComponent(name.year)}`)]);
    const last = published.publications.filter((/** @type {any} */ one) => one.as_of < trace.as_of).at(-1);
    const withoutPoint = writeFigure({...name, at: null});
    const corrections = trace.postings.filter((/** @type {any} */ one) => one.corrections.length > 0).length;
    return h('article', {},
      ...headline(trace, name),
      stageLinks({...name, at: context.asOf === null && !/@[0-9]+$/.test(context.parameters.figure) ? null : name.at}),
      last === undefined ? null : h('p', {},
        h('a', {href: `/bridge/${encodeURIComponent(withoutPoint)}?from=${encodeURIComponent(last.entry)}`},
          `What changed since “${last.title}”`), corrections === 0 ? null : ` – ${counted(corrections, 'posting')} here were corrected later`),
      h('p', {class: 'tools no-print'}, copyButton(citation(trace, log), 'Copy citation')),
      bundleButton(context, trace.figure),
      trace.measure.basis === 'ratio'
        ? h('p', {class: 'lede'}, 'It is 100 × the first of its two parts ÷ the second, to four decimals.') : null,
      ...(trace.measure.basis === 'ratio' ? parts(trace, name, context)
        : postings(trace, trace.measure.title ?? name.measure, context, 'h2')),
      h('p', {class: 'citation print-only'}, citation(trace, log)),
      sign(decimal(trace.quantity ?? '0')) < 0 ? h('p', {class: 'notice'}, 'It is below zero: more was taken back than was ever added.') : null,
      log === null ? null : h('p', {class: 'quiet'}, `As of ${time(log.recorded_at)} UTC, ledger ${log.origin}.`));
  },
};
