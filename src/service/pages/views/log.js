/**
 * The log: every event, newest first, live.  What is being read never moves: new events wait until
 * they are asked for.
 */

import {cut} from '../charts/rows.js';
import {h} from '../dom.js';
import {eventInWords, TYPES, typeInWords} from '../event_words.js';
import {follow} from '../feed.js';
import {counted, number, time} from '../format.js';
import {entryAddress} from '../links.js';
import {measuresAt, titleOf} from '../measures.js';
import {emptyState} from '../states.js';
import {askedOf, logPath, ROWS, stretchOf} from './log_page.js';

// With more new events than these, the page is loaded anew rather than grown.
const MOST_WAITING = 200;
// Characters; the entry's own page has all of it.
const MOST_WORDS = 180;

/** @typedef {import('../event_words.js').Event} Event */

/** @param {Event} event @param {import('../measures.js').Measures} measures */
function eventRow(event, measures) {
  const says = eventInWords(event, number, (id) => titleOf(measures, id));
  return h(
    'tr',
    {},
    h(
      'th',
      {scope: 'row', class: 'number'},
      h('a', {href: entryAddress(event.sequence)}, number(String(event.sequence))),
    ),
    h(
      'td',
      {class: 'wide'},
      h('span', {class: 'kind'}, typeInWords(event.type)),
      cut(says, MOST_WORDS),
    ),
    h('td', {class: 'nowrap'}, time(event.recorded_at)),
    h('td', {class: 'id'}, event.id ?? '–'),
    h('td', {class: 'id'}, event.actor ?? '–'),
  );
}

/** @param {HTMLElement[]} rows @param {string} caption */
function eventTable(rows, caption) {
  const body = h('tbody', {}, ...rows);
  const table = h(
    'div',
    {
      class: 'table-scroll',
      role: 'region',
      tabindex: '0',
      'aria-label': 'Events',
      hidden: rows.length === 0,
    },
    h(
      'table',
      {class: 'log'},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {scope: 'col', class: 'number'}, 'Event'),
          h('th', {scope: 'col'}, 'What it says'),
          h('th', {scope: 'col'}, 'Recorded (UTC)'),
          h('th', {scope: 'col'}, 'Entry'),
          h('th', {scope: 'col'}, 'Actor'),
        ),
      ),
      body,
    ),
  );
  return {table, body};
}

/** The address of the log with some of its query changed; null takes a parameter away. */
function logAddress(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, String(value));
  }
  const text = next.toString();
  return text === '' ? '/log' : `/log?${text}`;
}

function filterForm(context, type, last) {
  const types = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      {id: 'log-type', name: 'type'},
      h('option', {value: ''}, 'All types'),
      ...TYPES.map((one) => h('option', {value: one, selected: one === type}, typeInWords(one))),
    )
  );
  const place = /** @type {HTMLInputElement} */ (
    h('input', {
      id: 'log-at',
      name: 'at',
      inputmode: 'numeric',
      pattern: '[0-9]+',
      size: 10,
      autocomplete: 'off',
    })
  );
  const form = h(
    'form',
    {class: 'filters', role: 'search', 'aria-label': 'Find events'},
    h('div', {class: 'field'}, h('label', {for: 'log-type'}, 'Type'), types),
    h(
      'div',
      {class: 'field'},
      h('label', {for: 'log-at'}, `Go to event (0 to ${number(String(last))})`),
      place,
    ),
    h('button', {type: 'submit'}, 'Show'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const at = place.value.trim();
    context.navigate(
      logAddress(context.query, {
        type: types.value === '' ? null : types.value,
        before: at === '' ? null : Number(at) + 1,
        after: null,
      }),
    );
  });
  return form;
}

/**
 * @param {any} context
 * @param {import('./log_page.js').Asked} asked
 * @param {ReturnType<typeof stretchOf>} stretch
 * @param {number} count of the events shown
 */
function pager(context, {type}, {newer, older}, count) {
  const link = (changes, text, rel = null) =>
    h('a', {href: logAddress(context.query, {before: null, after: null, ...changes}), rel}, text);
  const further = type !== null && count < ROWS ? 'Look further back' : 'Older events';
  const links = [
    newer === null ? null : link({}, 'The newest events'),
    newer === null ? null : link(newer, 'Newer events', 'prev'),
    older === null ? null : link(older, further, 'next'),
    older === null || type !== null ? null : link({before: ROWS}, 'The first events'),
  ].filter((one) => one !== null);
  return links.length === 0
    ? null
    : h(
        'nav',
        {class: 'pager', 'aria-label': 'Pages of the log'},
        h('ul', {}, ...links.map((one) => h('li', {}, one))),
      );
}

const STATE_WORDS = Object.freeze({
  connecting: 'Connecting…',
  live: 'Live: new events are told of here.',
  lost: 'The connection is lost; it is tried again by itself.',
  refused: 'Not live',
});

/**
 * The line that tells of new events, and follows the feed for as long as the page is shown.
 * @param {any} context
 * @param {number} last the newest event that is shown
 * @param {(event: Event) => boolean} isWanted
 * @param {(events: Event[]) => void} show
 */
function liveLine(context, last, isWanted, show) {
  /** @type {Event[]} */
  let waiting = [];
  const state = h('span', {class: 'live-state'}, STATE_WORDS.connecting);
  const button = h('button', {type: 'button', class: 'secondary', hidden: true}, 'Show');
  const spoken = h('span', {class: 'visually-hidden', role: 'status'});
  const tell = () => {
    const count = waiting.length;
    const words = counted(count, 'new event');
    button.hidden = count === 0;
    button.textContent = `${words}: show`;
    spoken.textContent = count === 0 ? '' : words;
  };
  button.addEventListener('click', () => {
    const events = waiting;
    waiting = [];
    tell();
    if (events.length > MOST_WAITING)
      context.navigate(logAddress(context.query, {before: null, after: null}));
    else show(events);
  });
  follow({
    path: '/api/v1/events/stream',
    headers: () => context.session.headers(),
    after: last,
    signal: context.signal,
    onMessage: ({data}) => {
      const event = JSON.parse(data);
      if (!isWanted(event)) return;
      waiting.push(event);
      tell();
    },
    onState: (now, detail) => {
      state.textContent = detail === '' ? STATE_WORDS[now] : `${STATE_WORDS[now]}: ${detail}.`;
      state.dataset.state = now;
    },
  });
  return h('p', {class: 'live'}, state, ' ', button, spoken);
}

/**
 * What a page shows, as its caption.
 * @param {import('./log_page.js').Asked} asked
 * @param {ReturnType<typeof stretchOf>} stretch
 * @param {number} count
 */
function rangeInWords({type}, {top, bottom}, count) {
  const [high, low] = [top, bottom].map((one) => number(String(one)));
  return type === null
    ? `Events ${high} to ${low}, newest first`
    : `${number(String(count))} of this type between event ${low} and ${high}, newest first`;
}

/** That there is none, and where.  */
function nothing({type}, {top, bottom, older}) {
  if (type === null) return emptyState('There are no events here.');
  const [high, low] = [top, bottom].map((one) => number(String(one)));
  const more = older === null ? '' : ' There may be some further back.';
  return emptyState(`None of this type between event ${low} and ${high}.${more}`);
}

export const view = {
  title() {
    return 'The log';
  },

  async render(context) {
    const {head} = await context.api.get('/status');
    const last = context.asOf === null ? head : Math.min(context.asOf, head);
    const asked = askedOf(context.query, TYPES);
    const [answer, measures] = await Promise.all([
      context.api.get(logPath(asked, last)),
      measuresAt(context.api, context.asOf),
    ]);
    const events = answer.events.filter(({sequence}) => sequence <= last);
    if (asked.after !== null) events.reverse();
    const stretch = stretchOf(asked, answer, last);
    const rowOf = (event) => eventRow(event, measures);
    const {table, body} = eventTable(
      events.map(rowOf),
      rangeInWords(asked, stretch, events.length),
    );
    const none = events.length === 0 ? nothing(asked, stretch) : null;
    const isWanted = ({type}) => asked.type === null || type === asked.type;
    const show = (fresh) => {
      const rows = fresh.map(rowOf).reverse();
      rows.forEach((row) => row.classList.add('fresh'));
      none?.remove();
      table.hidden = false;
      body.prepend(...rows);
      rows[0].querySelector('a')?.focus();
    };
    return h(
      'article',
      {},
      h('h1', {}, 'The log'),
      h(
        'p',
        {class: 'lede'},
        'Everything that was ever recorded, in the order in which it was. Nothing here is changed or removed: a correction is one more event.',
      ),
      filterForm(context, asked.type, last),
      context.asOf === null && stretch.newer === null
        ? liveLine(context, last, isWanted, show)
        : null,
      none,
      table,
      pager(context, asked, stretch, events.length),
    );
  },
};
