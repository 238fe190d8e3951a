// Names, titles and ids as long as they may be, numbers at the ends of what is allowed, deltas below
// zero and of zero, a ratio, and a year that was restated: pages hold them all, and say them right.

import {check, journey} from '../browser.js';
import {lookAtAll, LOOKS} from '../looks.js';

const long = (start) => `${start}-${'x'.repeat(128)}`.slice(0, 128);
const figure = (measure) => `2023-24:${long(measure)}:verified`;

const PAGES = {
  years: '/',
  year: '/year/2023-24',
  narrowed: `/year/2023-24?programme=${long('programme')}&contract=${long('contract')}`,
  jobs: `/figure/${figure('jobs')}`,
  share: `/figure/${figure('share')}`,
  training: `/figure/${figure('training')}`,
  kind: `/figure/${figure('kind')}:organisation=${long('organisation')}`,
  claim: '/entry/jobs-1',
  contract: `/entry/${long('contract')}`,
  measure: `/entry/${long('training')}`,
  bridge: `/bridge/${figure('jobs')}`,
  'bridge-value': `/bridge/${figure('training')}`,
  'bridge-share': `/bridge/${figure('share')}`,
  publication: '/publication/report',
  statement: '/statement/2023-24',
  log: '/log',
  'log-verifications': '/log?type=verification',
};

const SAYS = {
  year: ['197.5', '40.5', '13.5 %', '8,999,999,999,999', '0.999999999999', 'Restated'],
  jobs: ['40.5 jobs', '+150', '−150', '+40.25', '+0.25'],
  share: ['13.5 %', '40.5 of 300'],
  training: ['999,999.999999 people', '0.999999999999'],
  kind: ['8,999,999,999,999 GBP', '+0.01'],
  bridge: ['190.25 jobs', '−149.75', '40.5'],
  'bridge-value': ['999,999.999999', '(people)', '(GBP)', '0.999999999999'],
  'bridge-share': ['63.4167 %', '13.5 %', '190.25 jobs', '300 offers'],
  publication: ['190.25', '−5'],
};

await journey(async (browser) => {
  const found = [];
  const see = (name, says) => {
    for (const part of SAYS[name] ?? []) {
      if (!says.includes(part)) found.push(`${PAGES[name]} lacks ${part}: ${says}`);
    }
  };
  for (const how of ['light', 'narrow']) {
    const look = LOOKS[how];
    const visit = await lookAtAll(browser, PAGES, {how, look, role: 'admin', found, see});
    await visit.end();
  }
  check(found.length === 0, `${found.length} findings:\n${found.join('\n')}`);
});
