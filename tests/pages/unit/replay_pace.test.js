import assert from 'node:assert/strict';
import {test} from 'node:test';

import {durationInWords, paceOf} from '../../../src/service/pages/views/replay_pace.js';

test('a pace is told once something has moved for long enough', () => {
  assert.deepEqual(paceOf([], 100), {share: 0, perSecond: null, leftSeconds: null});
  assert.deepEqual(paceOf([{at_ms: 0, done: 0}], 0), {
    share: 0,
    perSecond: null,
    leftSeconds: null,
  });
  assert.deepEqual(paceOf([{at_ms: 0, done: 10}], 100), {
    share: 0.1,
    perSecond: null,
    leftSeconds: null,
  });
  assert.deepEqual(
    paceOf(
      [
        {at_ms: 0, done: 0},
        {at_ms: 1000, done: 50},
      ],
      100,
    ),
    {share: 0.5, perSecond: 50, leftSeconds: 1},
  );
});

test('the pace is that of the last five seconds', () => {
  const samples = [
    {at_ms: 0, done: 0},
    {at_ms: 10_000, done: 10},
    {at_ms: 12_000, done: 210},
  ];
  assert.deepEqual(paceOf(samples, 410), {share: 210 / 410, perSecond: 100, leftSeconds: 2});
});

test('a length of time is said coarser the longer it is', () => {
  const rows = [
    [0.2, 'less than a second'],
    [1, '1 second'],
    [89, '89 seconds'],
    [90, '2 minutes'],
    [3600, '60 minutes'],
    [7200, '2 hours'],
  ];
  for (const [seconds, words] of rows) assert.equal(durationInWords(seconds), words);
});
