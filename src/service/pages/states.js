/**
 * What a page shows while it has nothing to show: an error in words, or that there is nothing.
 */

import {Problem} from './api.js';
import {h} from './dom.js';

/** @type {Record<number, string>} */
const HEADINGS = {
  0: 'The service does not answer',
  401: 'Sign in to read this',
  403: 'Your token does not allow this',
  404: 'There is nothing here by this name',
  422: 'This cannot be shown',
  429: 'Too many requests',
  503: 'The service is busy',
};

/**
 * @param {unknown} error
 * @param {() => void} again
 */
export function errorState(error, again) {
  const problem = error instanceof Problem ? error : null;
  const heading = HEADINGS[problem?.status ?? -1] ?? 'Something went wrong';
  const here = `${window.location.pathname}${window.location.search}`;
  return h(
    'article',
    {class: 'state'},
    h('h1', {}, heading),
    h(
      'p',
      {class: 'lede'},
      problem?.message ??
        'This page met a mistake of its own. Load it again; if it stays, tell whoever runs the service.',
    ),
    problem?.status === 401
      ? h(
          'p',
          {},
          h(
            'a',
            {class: 'action', href: `/sign-in?next=${encodeURIComponent(here)}`},
            'Sign in with a token',
          ),
        )
      : h('p', {}, h('button', {type: 'button', onclick: again}, 'Try again')),
    problem?.requestId
      ? h('p', {class: 'quiet'}, 'Request ', h('code', {}, problem.requestId))
      : null,
  );
}

/** @param {string} sentence @param {import('./dom.js').Child[]} more */
export function emptyState(sentence, ...more) {
  return h('p', {class: 'empty'}, sentence, ...more);
}
