import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  change,
  counted,
  date,
  hash,
  number,
  share,
  time,
  units,
  withUnit,
  words,
} from '../../../src/service/pages/format.js';

test('a number has thousands separators and keeps every digit', () => {
  assert.equal(number('0'), '0');
  assert.equal(number('999'), '999');
  assert.equal(number('1000'), '1,000');
  assert.equal(number('1097225.75'), '1,097,225.75');
  assert.equal(number('0.000000000001'), '0.000000000001');
  assert.equal(number('123456789012345678901234567890'), '123,456,789,012,345,678,901,234,567,890');
});

test('a negative number has a minus sign, and none has a dash', () => {
  assert.equal(number('-1234.5'), '\u22121,234.5');
  assert.equal(number(null), '–');
  assert.equal(number('nonsense'), 'nonsense');
});

test('a change says its direction, and nothing is neither up nor down', () => {
  assert.equal(change('3'), '+3');
  assert.equal(change('-3'), '\u22123');
  assert.equal(change('0'), '0');
  assert.equal(change('0.5'), '+0.5');
});

test('days and times are written for people, in UTC', () => {
  assert.equal(date('2024-07-09T14:05:00.000000Z'), '9 Jul 2024');
  assert.equal(date('2024-12-31'), '31 Dec 2024');
  assert.equal(time('2024-07-09T14:05:07.123456Z'), '9 Jul 2024, 14:05:07');
  assert.equal(date('2024-13-01'), '2024-13-01');
});

test('a hash is cut, a short text is not', () => {
  assert.equal(hash('0123456789abcdef'), '0123456789ab…');
  assert.equal(hash('abc'), 'abc');
});

test('one is singular, none and many are plural', () => {
  assert.equal(counted(1, 'event'), '1 event');
  assert.equal(counted(0, 'event'), '0 events');
  assert.equal(counted(1200, 'entry', 'entries'), '1,200 entries');
  assert.equal(withUnit('1', 'job'), '1 job');
  assert.equal(withUnit('126', 'job'), '126 jobs');
  assert.equal(withUnit('0', 'person'), '0 people');
  assert.equal(withUnit('72.5', '%'), '72.5 %');
  assert.equal(withUnit(null, 'job'), '–');
});

test('a unit that is no plain word stays as it is', () => {
  for (const unit of ['GBP', 'tCO2e', 'kg', 'hours', '%']) assert.equal(units(unit), unit);
  assert.equal(units('apprenticeship'), 'apprenticeships');
  assert.equal(units('qualification-day'), 'qualification-days');
  assert.equal(units('city'), 'cities');
});

test('an id is written as words', () => {
  assert.equal(words('equality-training'), 'Equality training');
  assert.equal(words('jobs'), 'Jobs');
  assert.equal(words('-'), '-');
});

test('a share is rounded half away from zero, and there is none of nothing', () => {
  assert.equal(share('126', '128'), '98.4');
  assert.equal(share('1', '2'), '50');
  assert.equal(share('1', '3'), '33.3');
  assert.equal(share('2', '3'), '66.7');
  assert.equal(share('0.5', '1000'), '0.1');
  assert.equal(share('-1', '3'), '\u221233.3');
  assert.equal(share('0', '3'), '0');
  assert.equal(share('1', '0'), null);
  assert.equal(share(null, '3'), null);
  assert.equal(share('100000000000000000000000', '100000000000000000000001'), '100');
});
