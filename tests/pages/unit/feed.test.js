import assert from 'node:assert/strict';
import {test} from 'node:test';

import {follow, messageReader} from '../../../src/service/pages/feed.js';
import {randomOf, testSeed} from './random.js';

const STREAM =
  'retry: 2000\n\nid: 61\nevent: publication\ndata: {"sequence":61}\n\n:\n\n' +
  'id: 62\r\nevent: correction\r\ndata: first\r\ndata: second\r\n\r\n';
const MESSAGES = [
  {id: '61', event: 'publication', data: '{"sequence":61}'},
  {id: '62', event: 'correction', data: 'first\nsecond'},
];

test('a stream cut anywhere gives the same messages', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 500; round += 1) {
    const messages = [];
    const read = messageReader((message) => messages.push(message));
    for (let at = 0; at < STREAM.length;) {
      const size = 1 + random.below(round % 2 === 0 ? 3 : 40);
      read(STREAM.slice(at, at + size));
      at += size;
    }
    assert.deepEqual(messages, MESSAGES);
  }
});

/** A service that answers each request by the next of the answers, and keeps what it was asked. */
function service(answers) {
  const asked = [];
  const fetcher = async (path, options) => {
    asked.push(options.headers['Last-Event-ID'] ?? '');
    const answer = answers[asked.length - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {asked, fetcher};
}

function streamOf(text) {
  return new Response(text, {status: 200, headers: {'Content-Type': 'text/event-stream'}});
}

async function followed(answers, stopAfterWaits) {
  const stop = new AbortController();
  const {asked, fetcher} = service(answers);
  const waits = [];
  const states = [];
  const ids = [];
  await follow({
    path: '/api/v1/events/stream',
    headers: () => ({}),
    after: 60,
    onMessage: ({id}) => ids.push(id),
    onState: (state) => states.push(state),
    signal: stop.signal,
    fetcher,
    pause: async (milliseconds) => {
      waits.push(milliseconds);
      if (waits.length === stopAfterWaits) stop.abort();
    },
  });
  return {asked, waits, states, ids};
}

test('a stream that drops is taken up after the last event that was seen', async () => {
  const {asked, ids, states} = await followed(
    [streamOf(STREAM), streamOf('id: 63\ndata: x\n\n')],
    2,
  );
  assert.deepEqual(asked, ['60', '62']);
  assert.deepEqual(ids, ['61', '62', '63']);
  assert.deepEqual(states, ['connecting', 'live', 'lost', 'connecting', 'live', 'lost']);
});

test('the wait doubles up to half a minute, and begins anew once an event came', async () => {
  const gone = Array.from({length: 7}, () => new TypeError('network'));
  const {waits} = await followed([...gone, streamOf(STREAM)], 8);
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 1000]);
});

test('a service that says no is not asked again', async () => {
  const no = new Response('{"detail":"send a token"}', {status: 401});
  const {asked, states} = await followed([no], 1);
  assert.deepEqual(asked, ['60']);
  assert.deepEqual(states, ['connecting', 'refused']);
});

test('a service that is busy is asked again', async () => {
  const {asked, states} = await followed([new Response('', {status: 503}), streamOf('')], 2);
  assert.equal(asked.length, 2);
  assert.deepEqual(states, ['connecting', 'lost', 'connecting', 'live', 'lost']);
});
