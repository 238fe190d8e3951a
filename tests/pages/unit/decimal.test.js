import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  add,
  compare,
  decimal,
  equal,
  negate,
  percentage,
  read,
  share,
  sign,
  subtract,
  sum,
  text,
} from '../../../src/service/pages/decimal.js';
import {randomOf, testSeed} from './random.js';

test('a decimal is written canonically', () => {
  const rows = [
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['007', '7'],
    ['1.50', '1.5'],
    ['-0.5', '-0.5'],
    ['0.000001', '0.000001'],
    ['9000000000000', '9000000000000'],
    ['100', '100'],
    ['-12345678901234567890.123456789012', '-12345678901234567890.123456789012'],
  ];
  for (const [given, written] of rows) assert.equal(text(decimal(given)), written);
});

test('what is no decimal text is not read as one', () => {
  for (const given of ['', '-', '.5', '5.', '1e3', '+1', ' 1', '1,000', 'NaN', null, undefined]) {
    assert.equal(read(given), null, String(given));
  }
  assert.throws(() => decimal('1e3'), RangeError);
});

test('no digit is lost where binary floating point would lose it', () => {
  assert.equal(text(add(decimal('0.1'), decimal('0.2'))), '0.3');
  assert.equal(
    text(add(decimal('9007199254740993'), decimal('0.000001'))),
    '9007199254740993.000001',
  );
  assert.equal(text(sum(['1.1', '-1.1', '5'].map(decimal))), '5');
});

test('a percentage is rounded half away from zero', () => {
  const of = (a, b, places) => {
    const found = percentage(decimal(a), decimal(b), places);
    return found === null ? null : text(found);
  };
  assert.equal(of('1', '3', 1), '33.3');
  assert.equal(of('1', '8', 1), '12.5');
  assert.equal(of('1', '16', 1), '6.3');
  assert.equal(of('-1', '16', 1), '-6.3');
  assert.equal(of('1', '-16', 1), '-6.3');
  assert.equal(of('5', '0', 1), null);
});

test('sums, differences and order agree with each other, whatever the numbers', (context) => {
  const seed = testSeed();
  context.diagnostic(`seed ${seed}`);
  const random = randomOf(seed);
  for (let round = 0; round < 2000; round += 1) {
    const a = decimal(random.quantity());
    const b = decimal(random.quantity());
    assert.ok(equal(subtract(add(a, b), b), a));
    assert.ok(equal(add(a, b), add(b, a)));
    assert.equal(compare(a, b), sign(subtract(a, b)));
    assert.equal(compare(a, b), -compare(b, a) || 0);
    assert.ok(equal(negate(negate(a)), a));
    assert.ok(equal(decimal(text(a)), a));
    assert.doesNotMatch(text(a), /^-0$|\.[0-9]*0$|\.$/);
    if (sign(b) > 0 && compare(a, b) <= 0 && sign(a) >= 0) {
      assert.ok(share(a, b) >= 0 && share(a, b) <= 1);
    }
  }
});
