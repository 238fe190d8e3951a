/**
 * The documents behind a verification: for each its title, its SHA-256 (made here from a file that
 * stays on this machine, or typed) and where it is.
 */

import {h} from './dom.js';

const MOST = 64;
// Without TLS, a browser hashes only for this very machine.
const canHash = globalThis.crypto?.subtle !== undefined;

/** @param {File} file @returns {Promise<string>} hex */
async function digestOf(file) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function input(name, label, attributes, hint = '') {
  const id = `verification-${name}`;
  const control = /** @type {HTMLInputElement} */ (
    h('input', {
      id,
      autocomplete: 'off',
      'aria-describedby': `${id}-error${hint === '' ? '' : ` ${id}-hint`}`,
      ...attributes,
    })
  );
  return {
    control,
    node: h(
      'div',
      {class: 'field'},
      h('label', {for: id}, label),
      hint === '' ? null : h('p', {class: 'hint', id: `${id}-hint`}, hint),
      h('p', {class: 'field-error', id: `${id}-error`, hidden: true}),
      control,
    ),
  };
}

/** One document.  @param {number} index @param {() => void} onRemove */
function evidenceRow(index, onRemove) {
  const name = `evidence-${index}`;
  const title = input(`${name}-title`, 'Title', {type: 'text'});
  const file = input(
    `${name}-file`,
    'File',
    {type: 'file'},
    'It stays on this machine: only its SHA-256 is recorded.',
  );
  const sha256 = input(
    `${name}-sha256`,
    'SHA-256',
    {type: 'text', spellcheck: 'false'},
    canHash ? 'Filled in from the file, or 64 hex digits.' : '64 hex digits.',
  );
  const uri = input(`${name}-uri`, 'Where it is kept (optional)', {type: 'text', inputmode: 'url'});
  file.control.addEventListener('change', async () => {
    const [chosen] = file.control.files ?? [];
    if (chosen === undefined) return;
    sha256.control.value = await digestOf(chosen);
    if (title.control.value === '') title.control.value = chosen.name;
    sha256.control.dispatchEvent(new Event('input', {bubbles: true}));
  });
  const remove = h('button', {type: 'button', class: 'secondary'}, 'Remove this document');
  remove.addEventListener('click', onRemove);
  return {
    node: h(
      'fieldset',
      {class: 'evidence'},
      h('legend', {}, `Document ${index + 1}`),
      title.node,
      canHash ? file.node : null,
      sha256.node,
      uri.node,
      remove,
    ),
    first: title.control,
    fill: (value) => {
      title.control.value = value.title;
      sha256.control.value = value.sha256;
      uri.control.value = value.uri;
    },
    values: () => ({
      title: title.control.value,
      sha256: sha256.control.value,
      uri: uri.control.value,
    }),
  };
}

/**
 * @returns {{node: HTMLElement,
 *            read: () => import('./verification_entry.js').EvidenceFields[]}}
 */
export function evidenceFields() {
  /** @type {ReturnType<typeof evidenceRow>[]} */
  let rows = [];
  const list = h('div', {});
  const add = h('button', {type: 'button', class: 'secondary'}, 'Add a document');
  // Numbers name fields and their errors, so they are given anew when one goes.
  const show = (values) => {
    rows = values.map((value, index) => {
      const row = evidenceRow(index, () => {
        show(rows.filter((one) => one !== row).map((one) => one.values()));
        add.focus();
      });
      row.fill(value);
      return row;
    });
    list.replaceChildren(...rows.map((row) => row.node));
    add.hidden = rows.length >= MOST;
    list.dispatchEvent(new Event('input', {bubbles: true}));
  };
  add.addEventListener('click', () => {
    show([...rows.map((row) => row.values()), {title: '', sha256: '', uri: ''}]);
    rows[rows.length - 1].first.focus();
  });
  return {
    node: h(
      'div',
      {class: 'field'},
      h('p', {class: 'label'}, 'Documents behind it (optional)'),
      list,
      add,
    ),
    read: () => rows.map((row) => row.values()),
  };
}
