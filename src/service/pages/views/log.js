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
import {logPage, neighbours, ROWS} from './log_page.js';

// With more new events than these, the page is loaded anew rather than grown.
const MOST_WAITING = 200;
// Characters; the entry's own page has all of it.
const MOST_WORDS = 180;

/** @typedef {import('../event_words.js').Event} Event */

/** @param {Event} event */
function eventRow(event) {
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
      cut(eventInWords(event, number), MOST_WORDS),
    ),
    h('td', {class: 'nowrap'}, time(event.recorded_at)),
    h('td', {class: 'id'}, event.id ?? '–'),
    h('td', {class: 'id'}, event.actor ?? '–'),
  );
}

/** @param {Event[]} events @param {string} caption */
function eventTable(events, caption) {
  const body = h('tbody', {}, ...events.map(eventRow));
  const table = h(
    'div',
    {class: 'table-scroll', role: 'region', tabindex: '0', 'aria-label': 'Events'},
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
    const isFiltered = types.value !== '';
    context.navigate(
      logAddress(context.query, {
        type: isFiltered ? types.value : null,
        at: isFiltered || at === '' ? null : at,
        after: isFiltered && Number(at) > 0 ? Number(at) - 1 : null,
      }),
    );
  });
  return form;
}

function pager(context, page, last, events) {
  const link = (changes, text, rel) =>
    h('a', {href: logAddress(context.query, changes), rel}, text);
  const links = [];
  if (page.isNewestFirst) {
    const {newer, older} = neighbours(page, last);
    if (newer !== null)
      links.push(link({at: newer === last ? null : newer}, 'Newer events', 'prev'));
    if (older !== null)
      links.push(
        link({at: older}, 'Older events', 'next'),
        link({at: ROWS - 1}, 'The first events'),
      );
  } else {
    if (context.query.get('after') !== null)
      links.push(link({after: null}, 'The first of this type', 'prev'));
    if (events.length === ROWS)
      links.push(link({after: events[ROWS - 1].sequence}, 'Later events', 'next'));
  }
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
    if (events.length > MOST_WAITING) context.navigate(logAddress(context.query, {at: null}));
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

function rangeInWords(page, events) {
  if (!page.isNewestFirst) return 'Oldest first, of one type';
  return `Events ${number(String(page.top))} to ${number(String(page.bottom))}, newest first`;
}

export const view = {
  title() {
    return 'The log';
  },

  async render(context) {
    const {head} = await context.api.get('/status');
    const last = context.asOf === null ? head : Math.min(context.asOf, head);
    const type = TYPES.includes(context.query.get('type')) ? context.query.get('type') : null;
    const page = logPage(
      {at: context.query.get('at'), after: context.query.get('after'), type},
      last,
    );
    const answer = await context.api.get(page.path);
    const events = answer.events.filter(({sequence}) => sequence <= last);
    if (page.isNewestFirst) events.reverse();
    const {table, body} = eventTable(events, rangeInWords(page, events));
    const isAtTheHead =
      context.asOf === null && (page.isNewestFirst ? page.top === last : events.length < ROWS);
    const live = !isAtTheHead
      ? null
      : liveLine(
          context,
          last,
          (event) => type === null || event.type === type,
          (fresh) => {
            const rows = fresh.map(eventRow);
            rows.forEach((row) => row.classList.add('fresh'));
            if (page.isNewestFirst) body.prepend(...rows.reverse());
            else body.append(...rows);
            rows[0].querySelector('a')?.focus();
          },
        );
    return h(
      'article',
      {},
      h('h1', {}, 'The log'),
      h(
        'p',
        {class: 'lede'},
        'Everything that was ever recorded, in the order in which it was. Nothing here is changed or removed: a correction is one more event.',
      ),
      filterForm(context, type, last),
      live,
      events.length === 0
        ? h('p', {class: 'empty'}, 'There are no events of this type here.')
        : null,
      table,
      pager(context, page, last, events),
    );
  },
};
