import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  figureInWords,
  figuresIn,
  readFigure,
  writeFigure,
} from '../../../src/service/pages/figure_name.js';

test('a reference read and written is the same', () => {
  for (const reference of [
    '2022-23:jobs:verified',
    '2022:jobs:pending@0',
    '2022-23:jobs:verified:programme=kindred@1042',
    '2022-23:jobs:claimed:programme=p:organisation=o:contract=-@7',
  ]) {
    assert.equal(writeFigure(readFigure(reference)), reference);
  }
});

test('what is no reference is not read as one', () => {
  for (const text of [
    '',
    'jobs',
    '2022-23:jobs',
    '2022-23:jobs:verified@',
    '2022-23:jobs:verified:x=1',
    '2022-23:jobs:verified:programme=a:programme=b',
    '2022-23:jobs:verified:programme=',
  ]) {
    assert.equal(readFigure(text), null, text);
  }
});

test('a figure is said in words', () => {
  assert.equal(
    figureInWords(
      readFigure('2022-23:jobs:verified:programme=kindred:contract=-@4'),
      'Jobs created',
    ),
    'Jobs created, verified, 2022-23, programme kindred, without a contract',
  );
});

test('figures in a sentence are found, and nothing of the sentence is lost', () => {
  const sentence =
    'It is that of one programme alone: 2022-23:in-kind:verified:programme=p-1@62 is 1,100,000.';
  const pieces = figuresIn(sentence);
  assert.deepEqual(
    pieces.map(({figure}) => figure),
    [null, '2022-23:in-kind:verified:programme=p-1@62', null],
  );
  assert.equal(pieces.map(({text}) => text).join(''), sentence);
  assert.deepEqual(
    figuresIn('pending: 2022-23:jobs:pending@62.').map(({text}) => text),
    ['pending: ', '2022-23:jobs:pending@62', '.'],
  );
  assert.deepEqual(figuresIn('nothing'), [{text: 'nothing', figure: null}]);
});
