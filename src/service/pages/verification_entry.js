/**
 * What a verifier filled in, as the entry that the ledger takes, or what is wrong with it, by field.
 * Pure: the form shows it, and the service has the last word.
 *
 * @typedef {{sha256: string, title: string, uri: string}} EvidenceFields
 * @typedef {object} Fields
 * @property {string} id
 * @property {'' | 'accepted' | 'partial' | 'rejected'} outcome
 * @property {string} quantity
 * @property {string} method
 * @property {string} note
 * @property {EvidenceFields[]} evidence
 * @typedef {Record<string, string>} Problems
 *   a sentence by field: id, outcome, quantity, method, note, evidence-0-sha256, evidence-0-title …
 * @typedef {{type: 'verification', id: string, actor: string, claim: string, outcome: string,
 *            method: string, quantity?: string, note?: string,
 *            evidence?: {sha256: string, title: string, uri?: string}[]}} VerificationEntry
 */

import {compare, read, sign, text as textOf} from './decimal.js';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[0-9a-fA-F]{64}$/;
const CONTROL = /[\u0000-\u001f\u007f]/;
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const MOST_EVIDENCE = 64;

/** @param {string} text @returns {number} bytes of it as UTF-8 */
function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * A quantity as a person types it: the commas or spaces between thousands are dropped.
 * @param {string} typed
 * @returns {string}
 */
export function typedQuantity(typed) {
  const bare = typed.trim();
  return /^[0-9]{1,3}([,\s][0-9]{3})+([.][0-9]+)?$/.test(bare) ? bare.replace(/[,\s]/g, '') : bare;
}

/** @param {string} typed @param {string} claimed @returns {string | null} what is wrong with it */
function quantityProblem(typed, claimed) {
  const value = read(typedQuantity(typed));
  if (value === null) return 'Enter how much you accept, in digits, such as 12 or 12.5.';
  if (value.scale > 6) return 'Enter at most 6 digits after the point.';
  if (sign(value) <= 0) return 'Enter more than 0; to accept nothing, choose “Reject it”.';
  const all = read(claimed);
  if (all !== null && compare(value, all) >= 0) {
    return `Enter less than the ${textOf(all)} claimed; to accept everything, choose “Accept all of it”.`;
  }
  return null;
}

/** A note with the line feeds that the ledger takes.  @param {string} typed @returns {string} */
function noteText(typed) {
  return typed.trim().replace(/\r\n?/g, '\n');
}

/** @param {Fields} fields @param {string} claimed @returns {Problems} */
function problemsOf(fields, claimed) {
  /** @type {Problems} */
  const problems = {};
  if (fields.outcome === '') problems.outcome = 'Choose what you found.';
  if (fields.outcome === 'partial') {
    const problem = quantityProblem(fields.quantity, claimed);
    if (problem !== null) problems.quantity = problem;
  }
  const method = fields.method.trim();
  if (method === '') problems.method = 'Say how you checked, such as desk-review.';
  else if (bytesOf(method) > 500) problems.method = 'Say it in at most 500 bytes.';
  else if (CONTROL.test(method)) problems.method = 'Leave out line breaks and tabs.';
  if (bytesOf(noteText(fields.note)) > 4000) problems.note = 'Keep the note to 4,000 bytes.';
  else if (CONTROL_BUT_LINES.test(noteText(fields.note)))
    problems.note = 'Leave out control characters.';
  if (!ID.test(fields.id.trim())) {
    problems.id =
      'Begin with a letter or digit; go on with letters, digits, “.”, “_” and “-”; at most 128.';
  }
  if (fields.evidence.length > MOST_EVIDENCE)
    problems.evidence = `Keep to ${MOST_EVIDENCE} documents.`;
  fields.evidence.forEach(({sha256, title, uri}, index) => {
    if (!DIGEST.test(sha256.trim())) {
      problems[`evidence-${index}-sha256`] =
        'Choose the file, or enter the 64 hex digits of its SHA-256.';
    }
    if (title.trim() === '') problems[`evidence-${index}-title`] = 'Enter a title.';
    else if (bytesOf(title.trim()) > 500)
      problems[`evidence-${index}-title`] = 'Keep it to 500 bytes.';
    else if (CONTROL.test(title))
      problems[`evidence-${index}-title`] = 'Leave out line breaks and tabs.';
    if (bytesOf(uri.trim()) > 2048) problems[`evidence-${index}-uri`] = 'Keep it to 2,048 bytes.';
    else if (CONTROL.test(uri))
      problems[`evidence-${index}-uri`] = 'Leave out line breaks and tabs.';
  });
  return problems;
}

/**
 * @param {Fields} fields
 * @param {{actor: string, claim: string, claimed: string}} known
 * @returns {{entry: VerificationEntry, problems: null} | {entry: null, problems: Problems}}
 */
export function verificationOf(fields, {actor, claim, claimed}) {
  const problems = problemsOf(fields, claimed);
  if (Object.keys(problems).length > 0) return {entry: null, problems};
  /** @type {VerificationEntry} */
  const entry = {
    type: 'verification',
    id: fields.id.trim(),
    actor,
    claim,
    outcome: fields.outcome,
    method: fields.method.trim(),
  };
  if (fields.outcome === 'partial') entry.quantity = typedQuantity(fields.quantity);
  const note = noteText(fields.note);
  if (note !== '') entry.note = note;
  if (fields.evidence.length > 0) {
    entry.evidence = fields.evidence.map(({sha256, title, uri}) => ({
      sha256: sha256.trim().toLowerCase(),
      title: title.trim(),
      ...(uri.trim() === '' ? {} : {uri: uri.trim()}),
    }));
  }
  return {entry, problems: null};
}

/**
 * An id that nothing known bears yet: verify-CLAIM, or with a number behind it.
 * @param {string} claim
 * @param {string[]} taken ids
 * @returns {string}
 */
export function suggestedId(claim, taken) {
  const base = `verify-${claim.replace(/^claim-(?=.)/, '')}`.slice(0, 120);
  if (!taken.includes(base)) return base;
  for (let n = 2; ; n += 1) if (!taken.includes(`${base}-${n}`)) return `${base}-${n}`;
}

const CODE_FIELDS = Object.freeze({'bad-quantity': 'quantity', 'id-taken': 'id'});

/** What a refusal means to a verifier; other codes have the service's own sentence. */
const CODE_WORDS = Object.freeze({
  'already-verified':
    'Somebody has verified this claim already. To change that, correct the verification.',
  'same-actor': 'You recorded this claim or a correction of it: somebody else has to verify it.',
  withdrawn: 'The claim has been withdrawn: there is nothing left to verify.',
  'wrong-actor': 'You are signed in as somebody else than the entry says. Sign in again.',
  'not-allowed':
    'Your token does not verify. Ask whoever runs the service for one with the role verify.',
  'id-taken': 'Another entry bears this id already. Choose another.',
  conflict:
    'The ledger has grown since the preview, so it was made anew. Look at it, and send again.',
});

/**
 * What a refusal says, and of which field.
 * @param {{code?: string, message?: string}} problem
 * @returns {{field: string | null, message: string}}
 */
export function refusalInWords({code = '', message = ''}) {
  const words = /** @type {Record<string, string>} */ (CODE_WORDS)[code] ?? message;
  const field = /** @type {Record<string, string>} */ (CODE_FIELDS)[code];
  if (field !== undefined) return {field, message: words};
  const named =
    code === 'bad-entry'
      ? ['method', 'note', 'quantity', 'outcome', 'id'].find((name) =>
          message.includes(`\`${name}\``),
        )
      : undefined;
  return {field: named ?? null, message: words};
}
