/**
 * Signing in with a token, which stays in this tab.
 */

import {h} from '../dom.js';

/** Where to go afterwards: a page of this service.  @param {string | null} asked */
function nextOf(asked) {
  return asked !== null && /^\/(?!\/)/.test(asked) ? asked : '/';
}

export const view = {
  title() {
    return 'Sign in';
  },

  /** @param {any} context */
  async render(context) {
    const token = h('input', {
      id: 'token', name: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false',
      'aria-describedby': 'token-hint token-wrong',
    });
    const wrong = h('p', {id: 'token-wrong', class: 'wrong', role: 'alert'});
    const signIn = async (/** @type {Event} */ event) => {
      event.preventDefault();
      const field = /** @type {HTMLInputElement} */ (token);
      const told = await context.session.signIn(field.value.trim()).catch(() => 'The service cannot be reached.');
      if (told === null) return context.navigate(nextOf(context.query.get('next')));
      wrong.textContent = told;
      field.setAttribute('aria-invalid', 'true');
      field.focus();
      return undefined;
    };
    return h('article', {},
      h('h1', {}, 'Sign in'),
      h('p', {class: 'lede'}, 'Reading all of a ledger, verifying claims and replaying it need a token, which whoever runs the service hands out.'),
      h('form', {class: 'sign-in', onsubmit: signIn},
        h('p', {class: 'field'}, h('label', {for: 'token'}, 'Token'), token),
        h('p', {id: 'token-hint', class: 'quiet'}, 'It is kept in this tab alone, and forgotten when you sign out or close it.'),
        wrong,
        h('p', {}, h('button', {type: 'submit'}, 'Sign in'))));
  },
};
