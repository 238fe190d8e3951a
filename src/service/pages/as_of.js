/**
 * The bar that says what a page is as of, moves it to an earlier point and back, and tells of events
 * that came since, without moving what is being read.
 */

import {h} from './dom.js';
import {follow} from './feed.js';
import {counted, hash, number, time} from './format.js';
import {atPoint, entryAddress} from './links.js';
import {pointAt, readPoint} from './point.js';

const PAGES_THAT_MOVE = /^\/($|year\/|figure\/|entry\/|bridge\/|log$)/;
const POLL_MS = 30_000;

function earlierForm(context, pathname, point) {
  const field = h('input', {
    id: 'point-at',
    autocomplete: 'off',
    size: 16,
    'aria-describedby': 'point-hint point-error',
    value: context.asOf === null ? '' : String(context.asOf),
  });
  const wrong = h('span', {id: 'point-error', class: 'field-error', role: 'alert'});
  const go = (event) => {
    event.preventDefault();
    const asked = readPoint(/** @type {HTMLInputElement} */ (field).value);
    if (asked === null) {
      wrong.textContent = 'Give an event’s number, or a date such as 2024-06-14.';
      field.setAttribute('aria-invalid', 'true');
      field.focus();
      return;
    }
    context.navigate(atPoint(pathname, context.query, /** @type {any} */ (asked)));
  };
  return h(
    'details',
    {class: 'earlier'},
    h('summary', {}, 'Look at an earlier point'),
    h(
      'form',
      {onsubmit: go},
      h('label', {for: 'point-at'}, 'Event or date'),
      field,
      h('button', {type: 'submit', class: 'secondary'}, 'Go there'),
      h(
        'span',
        {id: 'point-hint', class: 'quiet'},
        `0 to ${number(String(point.head))}, or the end of a day such as 2024-06-14`,
      ),
      wrong,
    ),
  );
}

/** Tells of events after the head that this page has seen.  */
function newEvents(context, point) {
  const button = h('button', {
    type: 'button',
    class: 'secondary',
    onclick: () => context.refresh(),
  });
  const said = h('span', {class: 'news', role: 'status'});
  let count = 0;
  const tell = (now) => {
    if (now <= count) return;
    count = now;
    button.textContent = `${counted(count, 'new event')}: show`;
    if (!button.isConnected) said.append(button);
  };
  if (context.session.isSignedIn) {
    follow({
      path: '/api/v1/events/stream',
      headers: () => context.session.headers(),
      after: point.head,
      signal: context.signal,
      onMessage: ({id}) => tell(Number(id) - point.head),
    });
  } else {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const found = await pointAt(context, null).catch(() => null);
      if (found !== null) tell(found.head - point.head);
    }, POLL_MS);
    context.signal.addEventListener('abort', () => clearInterval(timer));
  }
  return said;
}

/**
 * @param {any} context of the view
 * @param {string} pathname
 * @returns {Promise<HTMLElement | null>} nothing where the page is as of nothing, or it cannot be told
 */
export async function asOfBar(context, pathname) {
  if (pathname === '/sign-in') return null;
  const point = await pointAt(context, context.asOf).catch(() => null);
  if (point === null) return null;
  const isNow = context.asOf === null;
  const event = h(
    'a',
    {href: entryAddress(point.sequence), 'data-now': true},
    `event ${number(String(point.sequence))}`,
  );
  return h(
    'section',
    {class: isNow ? 'as-of' : 'as-of as-of-earlier', 'aria-label': 'What this page is as of'},
    h(
      'p',
      {},
      h('strong', {}, isNow ? 'As it is now' : 'As it was'),
      ', after ',
      context.session.isSignedIn ? event : event.textContent,
      ` of ${time(point.time)} UTC, root `,
      h('code', {}, hash(point.root)),
    ),
    isNow
      ? null
      : h(
          'a',
          {class: 'now', href: atPoint(pathname, context.query, null), 'data-now': true},
          'Back to now',
        ),
    PAGES_THAT_MOVE.test(pathname) ? earlierForm(context, pathname, point) : null,
    isNow && pathname !== '/log' ? newEvents(context, point) : null,
  );
}
