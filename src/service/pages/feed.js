/**
 * Follows a stream of server-sent events.  A browser's EventSource cannot send a token, so this
 * reads the stream itself: it resumes after the last event that it saw, waits longer each time that
 * it fails, rests while nobody looks at the page, and ends with the signal.
 *
 * @typedef {{id: string, event: string, data: string}} Message
 * @typedef {'connecting' | 'live' | 'lost' | 'refused'} FeedState
 *   lost: it tries again by itself; refused: it does not, since the service said no
 * @typedef {object} Following
 * @property {string} path of the stream, such as /api/v1/events/stream
 * @property {() => Record<string, string>} headers that a request carries: the token, where there is one
 * @property {number | null} after the last event that is known already
 * @property {(message: Message) => void} onMessage
 * @property {(state: FeedState, detail: string) => void} [onState]
 * @property {AbortSignal} signal
 * @property {typeof fetch} [fetcher] of a test
 * @property {(milliseconds: number, signal: AbortSignal) => Promise<void>} [pause] of a test
 */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
// The service sends a sign of life every 15 seconds; after three that are missing, it is gone.
const SILENCE_MS = 45_000;

/**
 * Takes a stream's text in pieces, cut anywhere, and gives its messages.
 * @param {(message: Message) => void} onMessage
 * @returns {(piece: string) => void}
 */
export function messageReader(onMessage) {
  let rest = '';
  let id = '';
  let event = '';
  /** @type {string[]} */
  let data = [];
  const endMessage = () => {
    if (data.length > 0) onMessage({id, event: event || 'message', data: data.join('\n')});
    event = '';
    data = [];
  };
  /** @param {string} line */
  const takeLine = (line) => {
    if (line === '') return endMessage();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    if (field === 'event') event = value;
    if (field === 'id') id = value;
    return undefined;
  };
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    lines.forEach(takeLine);
  };
}

/**
 * Waits, but no longer than the signal lets it.
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pauseFor(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    return undefined;
  });
}

/** Resolves once somebody looks at the page.  @param {AbortSignal} signal @returns {Promise<void>} */
function untilSeen(signal) {
  if (typeof document === 'undefined' || !document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}

/**
 * A signal for one connection: it ends with the page's, when the page is hidden, and when the
 * service has been silent too long.
 * @param {AbortSignal} outer
 */
function connectionSignal(outer) {
  const own = new AbortController();
  const end = () => own.abort();
  const hide = () => {
    if (document.hidden) end();
  };
  let timer = setTimeout(end, SILENCE_MS);
  outer.addEventListener('abort', end);
  if (typeof document !== 'undefined') document.addEventListener('visibilitychange', hide);
  return {
    signal: own.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
    },
    release() {
      clearTimeout(timer);
      outer.removeEventListener('abort', end);
      if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', hide);
    },
  };
}

/**
 * Why a service refuses for good; nothing where it is worth trying again.
 * @param {Response} response
 * @returns {Promise<string | null>}
 */
async function refusal(response) {
  const isWorthTrying =
    response.status === 408 || response.status === 429 || response.status >= 500;
  if (isWorthTrying) return null;
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? `the service answered ${response.status}`;
}

/**
 * One connection, until it ends.
 * @param {Following} following
 * @param {string} lastId
 * @param {(message: Message) => void} take
 * @returns {Promise<{refused: string | null}>}
 */
async function connectOnce(following, lastId, take) {
  const connection = connectionSignal(following.signal);
  try {
    const response = await (following.fetcher ?? fetch)(following.path, {
      headers: {
        Accept: 'text/event-stream',
        ...following.headers(),
        ...(lastId === '' ? {} : {'Last-Event-ID': lastId}),
      },
      cache: 'no-store',
      signal: connection.signal,
    });
    if (!response.ok || response.body === null) return {refused: await refusal(response)};
    following.onState?.('live', '');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const read = messageReader(take);
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return {refused: null};
      connection.heard();
      read(decoder.decode(value, {stream: true}));
    }
  } catch {
    return {refused: null}; // the network failed, or the signal ended it: the caller sees which
  } finally {
    connection.release();
  }
}

/**
 * Follows a stream until the signal ends it or the service refuses it.
 * @param {Following} following
 * @returns {Promise<void>}
 */
export async function follow(following) {
  const {signal, onState, onMessage} = following;
  const pause = following.pause ?? pauseFor;
  let lastId = following.after === null ? '' : String(following.after);
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    await untilSeen(signal);
    if (signal.aborted) return;
    onState?.('connecting', '');
    const {refused} = await connectOnce(following, lastId, (message) => {
      if (signal.aborted) return;
      wait = FIRST_WAIT_MS;
      if (message.id !== '') lastId = message.id;
      onMessage(message);
    });
    if (signal.aborted) return;
    if (refused !== null) {
      onState?.('refused', refused);
      return;
    }
    if (typeof document !== 'undefined' && document.hidden) continue;
    onState?.('lost', '');
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}
