import assert from 'node:assert/strict';
import {test} from 'node:test';

import {atPoint, entryAddress, figureAddress, withPoint} from '../../../src/service/pages/links.js';

test('an address of a figure reads as the figure does', () => {
  assert.equal(figureAddress('2023-24:jobs:verified@60'), '/figure/2023-24:jobs:verified@60');
  assert.equal(
    decodeURIComponent(figureAddress('2023-24:jobs:verified:programme=a b')),
    '/figure/2023-24:jobs:verified:programme=a b',
  );
});

test('what an entry is called never leads elsewhere', () => {
  assert.equal(entryAddress('a/../b?c#d'), '/entry/a%2F..%2Fb%3Fc%23d');
  assert.equal(entryAddress(7), '/entry/7');
});

test('links of a page at an earlier point lead to pages of that point', () => {
  assert.equal(withPoint('/year/2023-24', 60), '/year/2023-24?as_of=60');
  assert.equal(withPoint('/year/2023-24?programme=a', 60), '/year/2023-24?programme=a&as_of=60');
  assert.equal(withPoint('/year/2023-24', null), '/year/2023-24');
});

test('a link that names a point keeps it, and pages that have none take none', () => {
  assert.equal(withPoint('/year/2023-24?as_of=7', 60), '/year/2023-24?as_of=7');
  assert.equal(withPoint('/figure/2023-24:jobs:verified@7', 60), '/figure/2023-24:jobs:verified@7');
  assert.equal(withPoint('/integrity', 60), '/integrity');
  assert.equal(
    withPoint('https://elsewhere.example/year/1', 60),
    'https://elsewhere.example/year/1',
  );
});

test('moving to another point forgets the old one, also where the figure names it', () => {
  const query = new URLSearchParams('as_of=9&after=4&programme=a');
  assert.equal(atPoint('/year/2023-24', query, 60), '/year/2023-24?programme=a&as_of=60');
  assert.equal(atPoint('/year/2023-24', query, null), '/year/2023-24?programme=a');
  assert.equal(
    atPoint('/log', new URLSearchParams('before=9&type=claim'), null),
    '/log?type=claim',
  );
  assert.equal(
    atPoint('/figure/2023-24:jobs:verified@9', new URLSearchParams(), null),
    '/figure/2023-24:jobs:verified',
  );
});
