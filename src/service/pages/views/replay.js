/**
 * Replay: everything that is derived is built anew from the events, beside the live state, and
 * what came out different is told.  An admin starts, watches and cancels it; others may watch.
 */

import {h} from '../dom.js';
import {writeFigure} from '../figure_name.js';
import {follow} from '../feed.js';
import {counted, hash, number} from '../format.js';
import {entryAddress, figureAddress} from '../links.js';
import {durationInWords, paceOf} from './replay_pace.js';

const STATE_WORDS = Object.freeze({
  running: 'It is running.',
  done: 'It is done.',
  cancelled: 'It was cancelled, and everything is as it was.',
  failed: 'It failed, and everything is as it was.',
});

/** What an account is called as a figure; a rolled-up balance lacks some of its parts. */
function figureOf({year, measure, stage, programme, organisation, contract}) {
  return writeFigure({
    year,
    measure,
    stage,
    programme: programme ?? null,
    organisation: organisation ?? null,
    contract: contract === undefined ? null : (contract ?? '-'),
    at: null,
  });
}

/** The first events that posted there, as links, and how many more there are. */
function eventLinks({events, events_count: count}) {
  const more = count - events.length;
  return [
    ...events.flatMap((sequence, index) => [
      index === 0 ? '' : ', ',
      h('a', {href: entryAddress(sequence)}, number(String(sequence))),
    ]),
    more > 0 ? ` and ${number(String(more))} more` : '',
  ];
}

function differenceRow(difference) {
  const figure = figureOf(difference);
  return h(
    'tr',
    {},
    h('th', {scope: 'row', class: 'wide'}, h('a', {href: figureAddress(figure)}, figure)),
    h('td', {class: 'number'}, number(difference.was)),
    h('td', {class: 'number'}, number(difference.is)),
    h('td', {class: 'wide'}, ...eventLinks(difference)),
  );
}

function differencesTable(differences) {
  return h(
    'div',
    {
      class: 'table-scroll',
      role: 'region',
      tabindex: '0',
      'aria-label': 'Balances that came out different',
    },
    h(
      'table',
      {},
      h('caption', {}, 'Balances that came out different'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', {scope: 'col'}, 'Account'),
          h('th', {scope: 'col', class: 'number'}, 'Was'),
          h('th', {scope: 'col', class: 'number'}, 'Is'),
          h('th', {scope: 'col'}, 'Events'),
        ),
      ),
      h('tbody', {}, ...differences.map(differenceRow)),
    ),
  );
}

function reportSection({state, report, code}) {
  if (state === 'failed')
    return [h('p', {}, `Why: ${code ?? 'the service does not say'}. The service’s log has more.`)];
  if (report === undefined || state !== 'done') return [];
  const count = report.differences.length;
  return [
    count === 0
      ? h('p', {class: 'notice notice-good'}, 'Every balance came out the same.')
      : h(
          'p',
          {class: 'notice'},
          `${counted(count, 'balance')} came out different. What is shown from now on is what the events say.`,
        ),
    h(
      'dl',
      {class: 'facts'},
      h('dt', {}, 'Events'),
      h('dd', {}, number(String(report.events))),
      h('dt', {}, 'Took'),
      h('dd', {}, durationInWords(report.seconds)),
      ...(report.digest === null ? [] : [h('dt', {}, 'Digest'), h('dd', {}, hash(report.digest))]),
    ),
    count === 0 ? null : differencesTable(report.differences),
  ];
}

/** The bar, the numbers and the words of a rebuild that is being watched. */
function progressPanel() {
  const bar = /** @type {HTMLProgressElement} */ (
    h('progress', {'aria-label': 'Share of the events that are folded', max: 1, value: 0})
  );
  const numbers = h('p', {class: 'quiet'}, '');
  const words = h('p', {role: 'status'}, '');
  const report = h('div', {});
  /** @type {import('./replay_pace.js').Sample[]} */
  const samples = [];
  const show = (replay) => {
    samples.push({at_ms: Date.now(), done: replay.done});
    if (samples.length > 200) samples.splice(0, 100);
    const {share, perSecond, leftSeconds} = paceOf(samples, replay.all);
    bar.value = replay.state === 'done' ? 1 : share;
    const parts = [`${number(String(replay.done))} of ${number(String(replay.all))} events`];
    if (replay.state === 'running' && perSecond !== null) {
      parts.push(
        `${number(String(perSecond))} a second`,
        `about ${durationInWords(leftSeconds)} left`,
      );
    }
    numbers.textContent =
      replay.all === 0
        ? 'Getting ready.'
        : `${Math.floor(bar.value * 100)} %: ${parts.join(', ')}.`;
    const said = STATE_WORDS[replay.state] ?? replay.state;
    if (words.textContent === said) return;
    words.textContent = said;
    report.replaceChildren(...reportSection(replay).filter((child) => child !== null));
  };
  return {node: h('div', {class: 'replay'}, words, bar, numbers, report), words, show};
}

/** Watches one until it is over.  Its last state is given to `onState` too. */
function watch(context, id, onState) {
  const panel = progressPanel();
  const stop = new AbortController();
  context.signal.addEventListener('abort', () => stop.abort());
  follow({
    path: `/api/v1/replays/${encodeURIComponent(id)}`,
    headers: () => context.session.headers(),
    after: null,
    signal: stop.signal,
    onMessage: ({data}) => {
      const replay = JSON.parse(data);
      panel.show(replay);
      onState(replay.state);
      if (replay.state !== 'running') stop.abort();
    },
    onState: (state, detail) => {
      if (state === 'refused') panel.words.textContent = `It cannot be watched: ${detail}.`;
      if (state === 'lost')
        panel.words.textContent = 'The connection is lost; it is tried again by itself.';
    },
  });
  return panel.node;
}

/** The newest rebuild that the service remembers. */
async function newestReplay(context) {
  const {replays} = await context.api.get('/replays');
  return replays[0] ?? null;
}

/** What an admin has: start and cancel, and where the rebuild is shown. */
function controls(context, id) {
  const place = h('div', {});
  const said = h('p', {role: 'alert', class: 'error'});
  const start = /** @type {HTMLButtonElement} */ (h('button', {type: 'button'}, 'Start a rebuild'));
  const cancel = /** @type {HTMLButtonElement} */ (
    h('button', {type: 'button', class: 'secondary', hidden: true}, 'Cancel it')
  );
  let watched = id;
  const onState = (state) => {
    start.disabled = state === 'running';
    cancel.hidden = state !== 'running';
    cancel.disabled = false;
  };
  const show = (which) => {
    watched = which;
    place.replaceChildren(watch(context, which, onState));
  };
  const attempt = async (work) => {
    said.textContent = '';
    try {
      await work();
    } catch (problem) {
      if (problem.name !== 'AbortError') said.textContent = problem.message;
    }
  };
  start.addEventListener('click', () =>
    attempt(async () => {
      const begun = await context.api.send('POST', '/replays');
      window.history.replaceState(
        window.history.state,
        '',
        `/replay?id=${encodeURIComponent(begun.id)}`,
      );
      onState('running');
      show(begun.id);
      cancel.focus();
    }),
  );
  cancel.addEventListener('click', () =>
    attempt(async () => {
      cancel.disabled = true;
      await context.api.send('DELETE', `/replays/${encodeURIComponent(watched)}`);
    }),
  );
  if (id !== null) show(id);
  return h('div', {}, h('p', {class: 'buttons'}, start, ' ', cancel), said, place);
}

function forOthers(context, id) {
  const {session} = context;
  const who = session.isSignedIn
    ? 'Your token has not the role admin: you can watch a rebuild, and an admin can start or cancel one.'
    : 'Sign in with a token of role admin to start a rebuild; any token can watch one.';
  return h(
    'div',
    {},
    h('p', {class: 'notice'}, who),
    session.isSignedIn && id !== null ? watch(context, id, () => {}) : null,
    session.isSignedIn && id === null ? h('p', {}, 'No rebuild is known of now.') : null,
  );
}

export const view = {
  title() {
    return 'Replay';
  },

  async render(context) {
    const named = context.query.get('id');
    const newest =
      named === null && context.session.isSignedIn ? await newestReplay(context) : null;
    const id = named ?? newest?.id ?? null;
    return h(
      'article',
      {},
      h('h1', {}, 'Replay'),
      h(
        'p',
        {class: 'lede'},
        'Every total, balance and index is built anew from the events alone, beside those in use, which are exchanged for them in one step. Reading and recording go on meanwhile; whatever came out different is listed.',
      ),
      context.session.may('admin') ? controls(context, id) : forOthers(context, id),
    );
  },
};
