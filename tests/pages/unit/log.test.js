import assert from 'node:assert/strict';
import {test} from 'node:test';

import {eventInWords, TYPES, typeInWords} from '../../../src/service/pages/event_words.js';
import {logPage, neighbours, ROWS} from '../../../src/service/pages/views/log_page.js';

const number = (text) => text;
const nothing = {at: null, after: null, type: null};

test('the first page of the log ends at the head, and older pages reach event 0', () => {
  for (const last of [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS, 12_345]) {
    let expected = last;
    for (let at = null; ;) {
      const page = logPage({...nothing, at}, last);
      assert.equal(page.top, expected);
      const {older, newer} = neighbours(page, last);
      assert.equal(newer === null, page.top === last);
      if (older === null) {
        assert.equal(page.bottom, 0);
        break;
      }
      assert.equal(older, page.bottom - 1);
      expected = older;
      at = String(older);
    }
  }
});

test('a page asks for just the events that it shows', () => {
  assert.equal(logPage({...nothing, at: '62'}, 62).path, '/events?limit=50&after=12');
  assert.equal(logPage({...nothing, at: '9'}, 62).path, '/events?limit=10');
  assert.equal(logPage({...nothing, at: '999'}, 62).top, 62);
  assert.equal(logPage({...nothing, at: 'x'}, 62).top, 62);
  assert.equal(
    logPage({...nothing, type: 'claim', after: '40'}, 62).path,
    '/events?type=claim&limit=50&after=40',
  );
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
      '6 of jobs by org, on 2022-04-01',
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
      'o promises m: 1 in 2022-23, 2 in 2023-24',
    ],
  ];
  for (const [event, words] of rows) assert.equal(eventInWords(event, number), words);
  for (const type of TYPES) assert.ok(typeInWords(type).length > 3);
  assert.equal(typeInWords('ledger-opened'), 'Ledger opened');
  assert.equal(eventInWords({type: 'of-a-later-version', sequence: 1}, number), '');
});
