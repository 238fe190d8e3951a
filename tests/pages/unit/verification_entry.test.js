import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  refusalInWords,
  suggestedId,
  typedQuantity,
  verificationOf,
} from '../../../src/service/pages/verification_entry.js';

const known = {actor: 's-7', claim: 'claim-1', claimed: '8'};
const digest = 'A'.repeat(64);

function fields(changes) {
  return {
    id: 'verify-1',
    outcome: 'accepted',
    quantity: '',
    method: 'site-visit',
    note: '',
    evidence: [],
    ...changes,
  };
}

test('an accepted claim becomes an entry without a quantity', () => {
  assert.deepEqual(verificationOf(fields({quantity: '3'}), known).entry, {
    type: 'verification',
    id: 'verify-1',
    actor: 's-7',
    claim: 'claim-1',
    outcome: 'accepted',
    method: 'site-visit',
  });
});

test('a part has its quantity, a note its text, evidence its digest in lower case', () => {
  const {entry} = verificationOf(
    fields({
      outcome: 'partial',
      quantity: ' 1,234.5 ',
      note: ' two left\r\nearly ',
      evidence: [{sha256: digest, title: 'Payroll', uri: ''}],
    }),
    {...known, claimed: '2000'},
  );
  assert.equal(entry.quantity, '1234.5');
  assert.equal(entry.note, 'two left\nearly');
  assert.deepEqual(entry.evidence, [{sha256: digest.toLowerCase(), title: 'Payroll'}]);
});

test('what is wrong is told by field', () => {
  const rows = [
    [{outcome: ''}, ['outcome']],
    [{outcome: 'partial'}, ['quantity']],
    [{outcome: 'partial', quantity: '8'}, ['quantity']],
    [{outcome: 'partial', quantity: '0'}, ['quantity']],
    [{outcome: 'partial', quantity: '-1'}, ['quantity']],
    [{outcome: 'partial', quantity: '1e1'}, ['quantity']],
    [{outcome: 'partial', quantity: '1.0000001'}, ['quantity']],
    [{outcome: 'partial', quantity: '7.999999'}, []],
    [{method: ' '}, ['method']],
    [{method: 'é'.repeat(251)}, ['method']],
    [{method: 'two\nlines'}, ['method']],
    [{note: 'x'.repeat(4001)}, ['note']],
    [{note: 'two\nlines\tare fine'}, []],
    [{id: '-x'}, ['id']],
    [{id: 'x'.repeat(129)}, ['id']],
    [{evidence: [{sha256: 'ab', title: '', uri: ''}]}, ['evidence-0-sha256', 'evidence-0-title']],
    [{evidence: [{sha256: digest, title: 'x', uri: 'u'.repeat(2049)}]}, ['evidence-0-uri']],
  ];
  for (const [changes, wrong] of rows) {
    const {problems} = verificationOf(fields(changes), known);
    assert.deepEqual(Object.keys(problems ?? {}), wrong, JSON.stringify(changes).slice(0, 80));
  }
});

test('thousands may be typed with commas, but only where commas belong', () => {
  assert.equal(typedQuantity('1,234,567.5'), '1234567.5');
  assert.equal(typedQuantity('12,5'), '12,5');
  assert.equal(typedQuantity('1 000'), '1000');
  assert.equal(typedQuantity('1 2'), '1 2');
});

test('an id is suggested that nothing bears yet', () => {
  assert.equal(suggestedId('claim-academy', []), 'verify-academy');
  assert.equal(suggestedId('academy', ['verify-academy', 'verify-academy-2']), 'verify-academy-3');
  assert.ok(suggestedId('x'.repeat(128), ['verify-' + 'x'.repeat(113)]).length <= 128);
});

test('a refusal is told in words, at its field where it has one', () => {
  assert.equal(refusalInWords({code: 'id-taken', message: 'd'}).field, 'id');
  assert.equal(refusalInWords({code: 'bad-quantity', message: 'd'}).field, 'quantity');
  assert.equal(
    refusalInWords({code: 'bad-entry', message: '`method` is too long'}).field,
    'method',
  );
  assert.match(refusalInWords({code: 'same-actor', message: 'd'}).message, /somebody else/);
  assert.deepEqual(refusalInWords({code: 'void', message: 'as the service says'}), {
    field: null,
    message: 'as the service says',
  });
});
