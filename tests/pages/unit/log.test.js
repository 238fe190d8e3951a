import assert from 'node:assert/strict';
import {test} from 'node:test';

import {eventInWords, TYPES, typeInWords} from '../../../src/service/pages/event_words.js';
import {askedOf, logPath, ROWS, stretchOf} from '../../../src/service/pages/views/log_page.js';

const number = (text) => text;
const newest = {before: null, after: null, type: null};

/** The events of a log that the service would answer, looking through so many at once. */
function service(last, isWanted, stretch) {
  return (path) => {
    const {searchParams: query} = new URL(path, 'http://here');
    const limit = Number(query.get('limit'));
    const isForward = query.has('after');
    const events = [];
    let at = isForward ? Number(query.get('after')) + 1 : Number(query.get('before')) - 1;
    for (let seen = 0; seen < stretch && events.length < limit; seen += 1) {
      if (at < 0 || at > last) break;
      if (isWanted(at)) events.push(at);
      at += isForward ? 1 : -1;
    }
    if (isForward) return {events, next_after: at > last ? null : at - 1};
    return {events, next_before: at < 0 ? null : at + 1};
  };
}

test('the pages of the log reach event 0 and back, without a gap or a repeat', () => {
  for (const last of [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS, 1234]) {
    for (const isWanted of [() => true, (at) => at % 7 === 0, (at) => at === 3]) {
      const answer = service(last, isWanted, 120);
      const all = Array.from({length: last + 1}, (_, at) => at).filter(isWanted);
      const seen = [];
      let stretch = null;
      for (let asked = newest; asked !== null;) {
        const page = answer(logPath(asked, last));
        stretch = stretchOf(asked, page, last);
        assert.ok(page.events.every((at) => at >= stretch.bottom && at <= stretch.top));
        seen.push(...page.events);
        asked = stretch.older === null ? null : {...newest, ...stretch.older};
      }
      assert.deepEqual(seen, [...all].reverse());
      const back = [];
      for (let asked = stretch.newer; asked !== null; asked = stretch.newer) {
        const place = {...newest, ...asked};
        const page = answer(logPath(place, last));
        stretch = stretchOf(place, page, last);
        back.push(...page.events);
      }
      assert.deepEqual(back, all.slice(all.length - back.length));
    }
  }
});

test('an address is read as far as it makes sense', () => {
  const read = (text) => askedOf(new URLSearchParams(text), TYPES);
  assert.deepEqual(read(''), newest);
  assert.deepEqual(read('before=62&type=claim'), {before: 62, after: null, type: 'claim'});
  assert.deepEqual(read('before=62&after=7'), {before: 62, after: null, type: null});
  assert.deepEqual(read('before=x&after=7&type=nonsense'), {...newest, after: 7});
});

test('a page ends at the point that is looked at', () => {
  assert.equal(logPath(newest, 62), '/events?limit=50&before=63');
  assert.equal(logPath({...newest, before: 999}, 62), '/events?limit=50&before=63');
  assert.equal(logPath({...newest, before: 0}, 62), '/events?limit=50&before=1');
  assert.equal(stretchOf({...newest, after: 50}, {next_after: 100}, 62).newer, null);
});

test('every type of event is said in words', () => {
  const rows = [
    [
      {
        type: 'claim',
        quantity: '6',
        measure: 'jobs',
        organisation: 'org',
        from: '2022-04-01',
        to: '2022-04-01',
      },
      '6 of JOBS by org, on 2022-04-01',
    ],
    [
      {type: 'claim', quantity: '6', commitment: 'c-1', from: '2022-04-01', to: '2022-05-01'},
      '6 against c-1, from 2022-04-01 to 2022-05-01',
    ],
    [
      {type: 'verification', outcome: 'partial', quantity: '5', claim: 'c', method: 'site-visit'},
      '5 accepted of c, by site-visit',
    ],
    [
      {type: 'verification', outcome: 'rejected', claim: 'c', method: 'desk-review'},
      'Rejected: c, by desk-review',
    ],
    [{type: 'correction', corrects: 'c', reason: 'twice'}, 'Withdraws c: twice'],
    [
      {
        type: 'commitment',
        organisation: 'o',
        measure: 'm',
        schedule: [
          {year: '2022-23', quantity: '1'},
          {year: '2023-24', quantity: '2'},
        ],
      },
      'o promises M: 1 in 2022-23, 2 in 2023-24',
    ],
  ];
  for (const [event, words] of rows)
    assert.equal(
      eventInWords(event, number, (id) => id.toUpperCase()),
      words,
    );
  for (const type of TYPES) assert.ok(typeInWords(type).length > 3);
  assert.equal(typeInWords('ledger-opened'), 'Ledger opened');
  assert.equal(eventInWords({type: 'of-a-later-version', sequence: 1}, number, number), '');
});
