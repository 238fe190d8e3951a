/**
 * What a page is as of: the event, when it was recorded, the first bytes of the log's root; and the
 * way to any earlier point, and back.
 */

import {h} from './dom.js';
import {follow, pauseFor} from './feed.js';
import {hash, number, time} from './format.js';
import {atPoint} from './links.js';

const PAGES_WITHOUT_A_POINT = /^\/(sign-in|replay|integrity)$/;
const LOOK_EVERY_MS = 30_000;

/** @typedef {{sequence: number, recorded_at: string, root: string}} Point */

/** The form that leads to another point.  @param {any} context @param {Point} point */
function otherPoint(context, point) {
  const input = h('input', {
    id: 'point-asked', name: 'point', required: true, autocomplete: 'off', 'aria-describedby': 'point-hint point-wrong',
  });
  const wrong = h('p', {id: 'point-wrong', class: 'wrong', role: 'alert'});
  const go = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const asked = /** @type {HTMLInputElement} */ (input).value.trim();
    try {
      // A day alone is the end of that day.
      const text = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(asked) ? `${asked}T23:59:59Z` : asked;
      const found = await context.api.get(`/points/${encodeURIComponent(text)}`);
      context.navigate(atPoint(window.location.pathname, context.query, found.sequence));
    } catch (error) {
      wrong.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  return h('details', {class: 'other-point'},
    h('summary', {}, 'Look at an earlier point'),
    h('form', {onsubmit: go},
      h('label', {for: 'point-asked'}, 'Event, day or time'), input,
      h('button', {type: 'submit'}, 'Show'),
      h('p', {id: 'point-hint', class: 'quiet'}, `An event from 0 to ${number(String(point.sequence))}, or a day such as ${point.recorded_at.slice(0, 10)}.`),
      wrong));
}

/** Tells of later events, and moves nothing until it is asked to.  @param {any} context @param {number} last */
function news(context, last) {
  const line = h('span', {class: 'news', role: 'status'});
  let newest = last;
  const tell = () => {
    const count = newest - last;
    if (count <= 0) return;
    const words = `${number(String(count))} new ${count === 1 ? 'event' : 'events'}`;
    line.replaceChildren(h('a', {href: atPoint(window.location.pathname, context.query, null), 'data-now': true}, `${words}: show`));
  };
  const pollPoints = async () => {
    while (!context.signal.aborted) {
      await pauseFor(LOOK_EVERY_MS, context.signal);
      if (context.signal.aborted || document.hidden) continue;
      try {
        newest = Math.max(newest, (await context.api.get('/points/head')).sequence);
        tell();
      } catch {
        // Asked again later; what is being read stays as it is.
      }
    }
  };
  if (window.location.pathname === '/log') return line;  // which has a line of its own
  if (context.session.isSignedIn) {
    follow({
      path: '/api/v1/events/stream',
      headers: () => context.session.headers(),
      after: last,
      signal: context.signal,
      onMessage: ({data}) => {
        newest = Math.max(newest, JSON.parse(data).sequence);
        tell();
      },
      onState: () => undefined,
    });
  } else {
    pollPoints();
  }
  return line;
}

/**
 * @param {any} context
 * @returns {Promise<Node>}
 */
export async function pointBar(context) {
  const nothing = document.createDocumentFragment();
  if (PAGES_WITHOUT_A_POINT.test(window.location.pathname)) return nothing;
  const named = /(?:@|%40)([0-9]+)$/.exec(window.location.pathname)?.[1];
  const asOf = context.asOf ?? (named === undefined ? null : Number(named));
  /** @type {Point} */
  let point;
  try {
    point = await context.api.get(`/points/${asOf ?? 'head'}`);
  } catch {
    return nothing;  // the page itself says what is wrong
  }
  const isNow = asOf === null;
  return h('section', {class: isNow ? 'point' : 'point point-earlier', 'aria-label': 'As of'},
    h('p', {}, isNow ? 'As of now: ' : 'As of ',
      h('strong', {}, `event ${number(String(point.sequence))}`), `, recorded ${time(point.recorded_at)} UTC, root `,
      h('code', {title: point.root}, hash(point.root)), ' ',
      isNow ? h('a', {class: 'keep', href: atPoint(window.location.pathname, context.query, point.sequence), 'data-now': true}, 'Link to this state')
        : h('a', {class: 'keep', href: atPoint(window.location.pathname, context.query, null), 'data-now': true}, 'Back to now'),
      ' ', isNow ? news(context, point.sequence) : null),
    otherPoint(context, point));
}
