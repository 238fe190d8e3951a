/**
 * A button that copies a text, and says whether it could.
 */

import {h} from './dom.js';

/**
 * @param {string} text
 * @param {string} label what the button says
 */
export function copyButton(text, label) {
  const said = h('span', {role: 'status', class: 'quiet'});
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = 'Copied';
    } catch {
      said.textContent = text; // to be selected by hand
    }
  };
  return h(
    'span',
    {class: 'copy'},
    h('button', {type: 'button', class: 'secondary', onclick: copy}, label),
    ' ',
    said,
  );
}
