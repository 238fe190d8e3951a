/**
 * The form by which a verifier accepts, accepts in part, or rejects a claim.  Nothing is sent
 * before a dry run has shown which figures it would move.
 */

import {h} from './dom.js';
import {withUnit} from './format.js';
import {movesTable, yearMoves} from './verification_moves.js';
import {evidenceFields} from './evidence_fields.js';
import {refusalInWords, suggestedId, verificationOf} from './verification_entry.js';

const METHODS = ['desk-review', 'site-visit', 'payroll-sample', 'interview', 'third-party-report'];

/** Texts of the messages of this form, which are shown beside their field and read out with it. */
function errorPlace(name) {
  return h('p', {class: 'field-error', id: `verification-${name}-error`, hidden: true});
}

/** A labelled field with a hint and a place for what is wrong with it. */
function field(name, label, hint, control) {
  const hintId = `verification-${name}-hint`;
  control.setAttribute('id', `verification-${name}`);
  control.setAttribute(
    'aria-describedby',
    `${hint === '' ? '' : `${hintId} `}verification-${name}-error`,
  );
  return h(
    'div',
    {class: 'field', 'data-field': name},
    h('label', {for: `verification-${name}`}, label),
    hint === '' ? null : h('p', {class: 'hint', id: hintId}, hint),
    errorPlace(name),
    control,
  );
}

function outcomeField(claimed, unit) {
  const options = [
    ['accepted', `Accept all of it: ${withUnit(claimed, unit)}`],
    ['partial', 'Accept a part of it'],
    ['rejected', 'Reject it'],
  ];
  return h(
    'fieldset',
    {class: 'field', 'data-field': 'outcome', 'aria-describedby': 'verification-outcome-error'},
    h('legend', {}, 'What did you find?'),
    errorPlace('outcome'),
    ...options.map(([value, label]) =>
      h(
        'div',
        {class: 'choice'},
        h('input', {type: 'radio', name: 'outcome', value, id: `verification-outcome-${value}`}),
        h('label', {for: `verification-outcome-${value}`}, label),
      ),
    ),
  );
}

/** The fields, and how they are read. */
function buildFields({claim, claimed, unit, taken}) {
  const outcome = outcomeField(claimed, unit);
  const input = (/** @type {Record<string, unknown>} */ attributes) =>
    /** @type {HTMLInputElement} */ (h('input', {autocomplete: 'off', ...attributes}));
  const quantity = input({name: 'quantity', inputmode: 'decimal', size: 16});
  const quantityField = field(
    'quantity',
    'How much do you accept?',
    `Less than the ${withUnit(claimed, unit)} claimed.`,
    quantity,
  );
  const method = input({name: 'method', list: 'verification-methods'});
  const note = /** @type {HTMLTextAreaElement} */ (h('textarea', {name: 'note', rows: 3}));
  const id = input({name: 'id', value: suggestedId(claim, taken)});
  const evidence = evidenceFields();
  quantityField.hidden = true;
  const chosen = () =>
    /** @type {HTMLInputElement | null} */ (outcome.querySelector('input:checked'))?.value ?? '';
  outcome.addEventListener('change', () => {
    quantityField.hidden = chosen() !== 'partial';
  });
  return {
    nodes: [
      outcome,
      quantityField,
      field(
        'method',
        'How did you check?',
        'Such as desk-review or site-visit. It is permanent.',
        method,
      ),
      h('datalist', {id: 'verification-methods'}, ...METHODS.map((value) => h('option', {value}))),
      evidence.node,
      field(
        'note',
        'Note (optional)',
        'The note and the titles and addresses of documents can be erased later; everything else is permanent. Name no person.',
        note,
      ),
      field('id', 'Id of this verification', 'The ledger knows it by this for ever.', id),
    ],
    read: () => ({
      outcome: chosen(),
      quantity: quantity.value,
      method: method.value,
      note: note.value,
      id: id.value,
      evidence: evidence.read(),
    }),
  };
}

/** Shows what is wrong beside its field, and in a summary that links to each; moves the focus there. */
function showProblems(form, summary, problems) {
  const entries = Object.entries(problems);
  for (const place of form.querySelectorAll('.field-error')) {
    const name = place.id.replace(/^verification-(.*)-error$/, '$1');
    const message = problems[name] ?? '';
    place.textContent = message;
    place.hidden = message === '';
    const control = form.querySelector(`[id="verification-${name}"]`);
    if (message === '') control?.removeAttribute('aria-invalid');
    else control?.setAttribute('aria-invalid', 'true');
  }
  summary.hidden = entries.length === 0;
  if (entries.length === 0) return;
  const target = (name) =>
    name === 'outcome' ? 'verification-outcome-accepted' : `verification-${name}`;
  summary.replaceChildren(
    h('h3', {}, 'This cannot be sent yet'),
    h(
      'ul',
      {},
      ...entries.map(([name, message]) => {
        const control = form.querySelector(`[id="${target(name)}"]`);
        if (control === null) return h('li', {}, message);
        const link = h('a', {href: `#${target(name)}`}, message);
        link.addEventListener('click', (event) => {
          event.preventDefault();
          control.focus();
        });
        return h('li', {}, link);
      }),
    ),
  );
  summary.focus();
}

/** What a problem of the service is, by field; `form` where it is of none. */
function problemsOf(problem) {
  const {field: name, message} = refusalInWords(problem);
  return {[name ?? 'form']: message};
}

/** Preview and sending, one after the other, held to the head that the preview saw. */
function sending(context, {claimEntry, form, fields, summary, preview, onSent}) {
  const {api, session} = context;
  const known = {actor: session.actor, claim: claimEntry.id, claimed: claimEntry.quantity};
  const buttons = () => form.querySelectorAll('button');
  let isBusy = false;
  const work = async (task) => {
    if (isBusy) return;
    isBusy = true;
    buttons().forEach((button) => button.setAttribute('aria-disabled', 'true'));
    try {
      await task();
    } catch (problem) {
      if (problem.name !== 'AbortError') showProblems(form, summary, problemsOf(problem));
    } finally {
      isBusy = false;
      buttons().forEach((button) => button.removeAttribute('aria-disabled'));
    }
  };
  const showPreview = async (note) => {
    preview.replaceChildren();
    const {entry, problems} = verificationOf(fields.read(), known);
    showProblems(form, summary, problems ?? {});
    if (entry === null) return;
    const receipt = await api.send('POST', '/entries?dry_run=1', [entry]);
    const ofYear = await yearMoves(api, claimEntry, entry, receipt);
    const send = h('button', {type: 'button'}, 'Record this verification');
    send.addEventListener('click', () => work(() => record(entry, receipt)));
    const heading = h('h3', {tabindex: '-1'}, 'What it would move');
    preview.replaceChildren(
      heading,
      note === null ? '' : h('p', {class: 'notice'}, note),
      movesTable(receipt, ofYear),
      h(
        'p',
        {},
        `It is recorded as ${entry.actor}, for good: it can be corrected later, and the log keeps both.`,
      ),
      h('p', {class: 'buttons'}, send),
    );
    heading.focus();
  };
  const record = async (entry, receipt) => {
    try {
      const sent = await api.send('POST', '/entries', [entry], {'If-Match': `"${receipt.head}"`});
      onSent(entry, sent);
    } catch (problem) {
      if (problem.code !== 'conflict') throw problem;
      await showPreview(refusalInWords(problem).message);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    work(() => showPreview(null));
  });
  // What was previewed is what is sent: a change takes a new preview.
  form.addEventListener('input', () => preview.replaceChildren());
}

/**
 * @param {any} context of the view that shows it
 * @param {{claim: {entry: any, referred_to_by: string[]}, unit: string,
 *          onSent: (entry: any, receipt: any) => void}} of
 *   claim: as /entries/{id} answers
 * @returns {HTMLElement}
 */
export function verificationForm(context, {claim, unit, onSent}) {
  const claimEntry = claim.entry;
  const fields = buildFields({
    claim: claimEntry.id,
    claimed: claimEntry.quantity,
    unit,
    taken: claim.referred_to_by,
  });
  const summary = h('div', {class: 'error-summary', role: 'alert', tabindex: '-1', hidden: true});
  const preview = h('section', {class: 'preview', 'aria-label': 'Preview'});
  const form = h(
    'form',
    {class: 'verification', novalidate: true, 'aria-labelledby': 'verification-heading'},
    h('h2', {id: 'verification-heading'}, 'Verify this claim'),
    summary,
    ...fields.nodes,
    h(
      'p',
      {class: 'buttons'},
      h('button', {type: 'submit', class: 'secondary'}, 'Preview what moves'),
    ),
  );
  sending(context, {claimEntry, form, fields, summary, preview, onSent});
  return h('section', {class: 'verify', 'aria-labelledby': 'verification-heading'}, form, preview);
}
