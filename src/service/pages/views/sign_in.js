/**
 * Signing in with a token, and what it allows.
 */

import {h} from '../dom.js';
import {date} from '../format.js';

/** @type {Record<string, string>} */
const ALLOWS = {
  read: 'read everything, with the details of evidence',
  record: 'record organisations, programmes, contracts, measures, commitments and claims',
  verify: 'verify claims',
  admin: 'record anything, and rebuild what is derived from the log',
};

/** Only an address of these pages: a sign-in never leads elsewhere.  @param {string | null} next */
export function nextAddress(next) {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

function signedInState(context) {
  const {session} = context;
  return h(
    'article',
    {class: 'sign-in'},
    h('h1', {}, 'You are signed in'),
    h('p', {class: 'lede'}, 'As ', h('strong', {}, session.actor), '. You may:'),
    h('ul', {}, ...session.roles.map((role) => h('li', {}, ALLOWS[role] ?? role))),
    session.expires === null
      ? null
      : h('p', {class: 'quiet'}, `The token expires on ${date(session.expires)}.`),
    h('p', {}, h('a', {href: nextAddress(context.query.get('next'))}, 'Go on')),
  );
}

export const view = {
  title() {
    return 'Sign in';
  },

  async render(context) {
    if (context.session.isSignedIn) return signedInState(context);
    const field = /** @type {HTMLInputElement} */ (
      h('input', {
        id: 'token',
        name: 'token',
        type: 'password',
        autocomplete: 'off',
        spellcheck: 'false',
        required: true,
        'aria-describedby': 'token-error token-hint',
      })
    );
    const wrong = h('p', {id: 'token-error', class: 'field-error', role: 'alert'});
    const send = async (event) => {
      event.preventDefault();
      const problem = await context.session.signIn(field.value.trim());
      if (problem === null) {
        context.navigate(nextAddress(context.query.get('next')));
        return;
      }
      wrong.textContent = problem;
      field.setAttribute('aria-invalid', 'true');
      field.focus();
    };
    return h(
      'article',
      {class: 'sign-in'},
      h('h1', {}, 'Sign in'),
      h('p', {class: 'lede'}, 'With a token that whoever runs this ledger gave you.'),
      h(
        'form',
        {onsubmit: send, novalidate: true},
        wrong,
        h('label', {for: 'token'}, 'Token'),
        field,
        h(
          'p',
          {id: 'token-hint', class: 'quiet'},
          'It is kept in this tab only, and gone when you close it.',
        ),
        h('p', {}, h('button', {type: 'submit'}, 'Sign in')),
      ),
    );
  },
};
