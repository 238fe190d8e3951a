/**
 * The frame of every page: which view an address means, the head and its links, and moving from one
 * page to the next without losing the focus, the title or the place.
 */

import {apiFor} from './api.js';
import {asOfBar} from './as_of.js';
import {h} from './dom.js';
import {carryPoint} from './links.js';
import {session} from './session.js';
import {errorState} from './states.js';

// A view is fetched once it is wanted: nobody waits for those of pages that they never open.
const ROUTES = [
  {pattern: /^\/$/, names: [], load: () => import('./views/years.js')},
  {pattern: /^\/year\/([^/]+)$/, names: ['year'], load: () => import('./views/year.js')},
  {pattern: /^\/figure\/([^/]+)$/, names: ['figure'], load: () => import('./views/figure.js')},
  {pattern: /^\/entry\/([^/]+)$/, names: ['id'], load: () => import('./views/entry.js')},
  {pattern: /^\/bridge\/([^/]+)$/, names: ['figure'], load: () => import('./views/bridge.js')},
  {
    pattern: /^\/publication\/([^/]+)$/,
    names: ['id'],
    load: () => import('./views/publication.js'),
  },
  {pattern: /^\/log$/, names: [], load: () => import('./views/log.js')},
  {pattern: /^\/integrity$/, names: [], load: () => import('./views/integrity.js')},
  {pattern: /^\/replay$/, names: [], load: () => import('./views/replay.js')},
  {pattern: /^\/sign-in$/, names: [], load: () => import('./views/sign_in.js')},
];

const PAGES = [
  {href: '/', label: 'Years', needsToken: false},
  {href: '/log', label: 'Log', needsToken: true},
  {href: '/integrity', label: 'Integrity', needsToken: false},
  {href: '/replay', label: 'Replay', needsToken: true},
];

// A page that is there sooner than this was never seen to load.
const PATIENCE_MS = 250;

/** @param {string} id */
const place = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

let current = new AbortController();
let shown = '';
/** @type {Map<string, number>} how far each page of this visit was scrolled */
const scrolled = new Map();
let key = '';

/** @param {string} pathname */
function routeOf(pathname) {
  for (const {pattern, names, load} of ROUTES) {
    const found = pattern.exec(pathname);
    if (found === null) continue;
    try {
      const values = found.slice(1).map(decodeURIComponent);
      return {
        load,
        parameters: Object.fromEntries(names.map((name, index) => [name, values[index]])),
      };
    } catch {
      return null; // an escape that is none
    }
  }
  return null;
}

/**
 * The event that an address looks at; null is now.  A time is the last event recorded at or before it.
 */
async function pointOf(api, query, parameters) {
  const [, at] = /@([0-9]+)$/.exec(parameters.figure ?? '') ?? [];
  const asked = query.get('as_of') ?? at ?? null;
  if (asked === null || /^[0-9]+$/.test(asked)) return asked === null ? null : Number(asked);
  const {as_of: found} = await api.get(`/totals?as_of=${encodeURIComponent(asked)}`);
  query.set('as_of', String(found));
  window.history.replaceState(window.history.state, '', `${window.location.pathname}?${query}`);
  return found;
}

function showHead(pathname) {
  place('pages').replaceChildren(
    ...PAGES.filter(({needsToken}) => !needsToken || session.isSignedIn).map(({href, label}) =>
      h('li', {}, h('a', {href, 'aria-current': href === pathname ? 'page' : null}, label)),
    ),
  );
  const who = place('session');
  if (!session.isSignedIn) {
    const here = `${window.location.pathname}${window.location.search}`;
    const next = pathname === '/sign-in' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`;
    who.replaceChildren(h('a', {href: next}, 'Sign in'));
    return;
  }
  who.replaceChildren(
    h(
      'span',
      {class: 'who'},
      session.actor,
      ' ',
      h('span', {class: 'quiet'}, `(${session.roles.join(', ')})`),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'secondary',
        onclick: () => {
          session.signOut();
          show();
        },
      },
      'Sign out',
    ),
  );
}

function nothingHere() {
  return h(
    'article',
    {class: 'state'},
    h('h1', {}, 'There is no such page'),
    h(
      'p',
      {class: 'lede'},
      'The address may have been cut short. ',
      h('a', {href: '/'}, 'Begin with the years'),
      '.',
    ),
  );
}

/** @param {Node} content @param {string} title @param {number | null} asOf */
function put(content, title, asOf) {
  const main = place('main');
  main.replaceChildren(content);
  carryPoint(main, asOf);
  carryPoint(place('pages'), asOf);
  main.removeAttribute('aria-busy');
  document.body.classList.remove('is-loading');
  document.title = title === '' ? 'Tallystick' : `${title} · Tallystick`;
  place('announcer').textContent = '';
}

/**
 * Shows the page of the address.
 * @param {{moveFocus?: boolean}} options
 */
async function show({moveFocus = true} = {}) {
  current.abort();
  current = new AbortController();
  const {signal} = current;
  const {pathname, search} = window.location;
  shown = `${pathname}${search}`;
  const query = new URLSearchParams(search);
  const route = routeOf(pathname);
  const api = apiFor(signal);
  place('main').setAttribute('aria-busy', 'true');
  const slow = setTimeout(() => {
    document.body.classList.add('is-loading');
    place('announcer').textContent = 'Loading';
  }, PATIENCE_MS);
  showHead(pathname);
  let content = nothingHere();
  let title = 'No such page';
  /** @type {number | null} */
  let asOf = null;
  try {
    if (route !== null) {
      const loading = route.load();
      asOf = await pointOf(api, query, route.parameters);
      const {view} = await loading;
      title = view.title(/** @type {any} */ (route.parameters));
      const context = {
        parameters: route.parameters,
        query,
        api,
        session,
        asOf,
        navigate,
        signal,
        refresh: () => show(),
      };
      const bar = asOfBar(context, pathname);
      content = /** @type {HTMLElement} */ (await view.render(context));
      bar.then(
        (node) =>
          signal.aborted || place('point').replaceChildren(...(node === null ? [] : [node])),
      );
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Error) || error.name !== 'Problem') console.error(error);
    content = errorState(error, () => show());
    title = content.querySelector('h1')?.textContent ?? '';
    if (asOf === null) place('point').replaceChildren();
  } finally {
    clearTimeout(slow);
  }
  if (signal.aborted) return;
  put(content, title, asOf);
  if (moveFocus) focusHeading();
  window.scrollTo(0, scrolled.get(key) ?? 0);
}

function focusHeading() {
  const heading = place('main').querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({preventScroll: true});
}

/** @param {string} address */
function navigate(address) {
  scrolled.set(key, window.scrollY);
  key = String(Date.now() + Math.random());
  scrolled.set(key, 0);
  window.history.pushState({key}, '', address);
  return show();
}

/** @param {MouseEvent} event */
function follow(event) {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = /** @type {Element} */ (event.target).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download'))
    return;
  const {origin, pathname, search, hash} = new URL(link.href);
  if (origin !== window.location.origin || hash !== '' || routeOf(pathname) === null) return;
  event.preventDefault();
  navigate(`${pathname}${search}`);
}

async function start() {
  window.history.scrollRestoration = 'manual';
  key = window.history.state?.key ?? String(Date.now());
  window.history.replaceState({key}, '');
  document.addEventListener('click', follow);
  window.addEventListener('popstate', () => {
    if (`${window.location.pathname}${window.location.search}` === shown) return;
    scrolled.set(key, window.scrollY);
    key = window.history.state?.key ?? key;
    show();
  });
  routeOf(window.location.pathname)
    ?.load()
    .catch(() => {}); // on its way while the session is probed
  await session.probe();
  await show({moveFocus: false});
}

start();
