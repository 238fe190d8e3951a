/**
 * Shows the page that the address names, and follows links without loading the shell anew.
 */

import {apiFor} from './api.js';
import {pointBar} from './as_of.js';
import {h} from './dom.js';
import {carryPoint} from './links.js';
import {session} from './session.js';
import {errorState} from './states.js';
import {view as bridge} from './views/bridge.js';
import {view as entry} from './views/entry.js';
import {view as figure} from './views/figure.js';
import {view as integrity} from './views/integrity.js';
import {view as log} from './views/log.js';
import {view as publication} from './views/publication.js';
import {view as replay} from './views/replay.js';
import {view as signIn} from './views/sign_in.js';
import {view as year} from './views/year.js';
import {view as years} from './views/years.js';

/** Which view an address has, by its first part; the second is a parameter of this name.  */
const VIEWS = {
  '': {view: years},
  year: {view: year, parameter: 'year'},
  figure: {view: figure, parameter: 'figure'},
  entry: {view: entry, parameter: 'id'},
  bridge: {view: bridge, parameter: 'figure'},
  publication: {view: publication, parameter: 'id'},
  log: {view: log},
  integrity: {view: integrity},
  replay: {view: replay},
  'sign-in': {view: signIn},
};

// Loading is told of once it takes longer than a glance.
const GLANCE_MS = 300;

const main = /** @type {HTMLElement} */ (document.querySelector('#main'));
const announcer = /** @type {HTMLElement} */ (document.querySelector('#announcer'));
let shown = new AbortController();

/** What an address names: the view, its parameters and its point.  @param {URL} address */
function placeOf(address) {
  const [first = '', second = ''] = address.pathname.slice(1).split('/').map(decodeURIComponent);
  const found = /** @type {Record<string, {view: any, parameter?: string}>} */ (VIEWS)[first];
  const point = address.searchParams.get('as_of');
  return {
    view: found?.view ?? null,
    parameters: found?.parameter === undefined ? {} : {[found.parameter]: second},
    query: address.searchParams,
    asOf: point !== null && /^[0-9]+$/.test(point) ? Number(point) : null,
  };
}

function drawBanner() {
  const first = window.location.pathname.split('/')[1];
  const item = (/** @type {string} */ href, /** @type {string} */ text) => h('li', {},
    h('a', {href, 'data-now': true, 'aria-current': href.slice(1) === first ? 'page' : null}, text));
  document.querySelector('#pages')?.replaceChildren(
    item('/', 'Years'), item('/log', 'Log'), item('/integrity', 'Integrity'),
    ...(session.may('admin') ? [item('/replay', 'Replay')] : []));
  const signOut = () => {
    session.signOut();
    show({keepsFocus: false});
  };
  document.querySelector('#session')?.replaceChildren(...(session.isSignedIn
    ? [h('span', {class: 'who'}, `${session.actor} (${session.roles.join(', ')})`),
      h('button', {type: 'button', class: 'secondary', onclick: signOut}, 'Sign out')]
    : [h('a', {href: '/sign-in', 'data-now': true, 'aria-current': first === 'sign-in' ? 'page' : null}, 'Sign in')]));
}

/** @param {string} address */
function navigate(address) {
  const next = new URL(address, window.location.href);
  if (next.href !== window.location.href) window.history.pushState(null, '', next);
  window.scrollTo(0, 0);
  show({keepsFocus: false});
}

/** @param {{keepsFocus: boolean}} how */
async function show({keepsFocus}) {
  shown.abort();
  shown = new AbortController();
  const {signal} = shown;
  const place = placeOf(new URL(window.location.href));
  const api = apiFor(signal);
  const context = {...place, api, session, navigate, signal};
  drawBanner();
  const telling = setTimeout(() => {
    announcer.textContent = 'Loading…';
    main.classList.add('loading');
  }, GLANCE_MS);
  main.setAttribute('aria-busy', 'true');
  /** @type {Node} */
  let content;
  let title = 'Tallystick';
  try {
    if (place.view === null) throw Object.assign(new Error('no such page'), {isMissing: true});
    title = `${place.view.title(place.parameters)} – Tallystick`;
    content = await place.view.render(context);
  } catch (error) {
    if (signal.aborted) return clearTimeout(telling);
    if (!(error instanceof Error && error.name === 'Problem')) console.error(error);
    content = errorState(error, () => show({keepsFocus: false}));
  }
  clearTimeout(telling);
  if (signal.aborted) return undefined;
  main.classList.remove('loading');
  main.removeAttribute('aria-busy');
  document.title = title;
  main.replaceChildren(content);
  carryPoint(main, place.asOf);
  announcer.textContent = '';
  const heading = main.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  if (!keepsFocus) heading?.focus({preventScroll: true});
  document.querySelector('#point')?.replaceChildren(await pointBar(context));
  document.body.dataset.shown = window.location.pathname;
  return undefined;
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.hasAttribute('download')) return;
  const address = new URL(link.href);
  const isPage = address.pathname.split('/')[1] in VIEWS;
  const isWithinPage = address.hash !== '' && address.pathname === window.location.pathname;
  if (address.origin !== window.location.origin || !isPage || isWithinPage) return;
  event.preventDefault();
  navigate(address.href);
});
window.addEventListener('popstate', () => show({keepsFocus: false}));

await session.probe();
await show({keepsFocus: true});
