// A ledger in which nothing is recorded yet: every page says so calmly, and none is broken by it.

import {check, journey} from '../browser.js';
import {lookAtAll, LOOKS} from '../looks.js';

const PAGES = {
  years: '/',
  year: '/year/2023-24',
  figure: '/figure/2023-24:jobs:verified',
  entry: '/entry/jobs',
  opening: '/entry/0',
  bridge: '/bridge/2023-24:jobs:verified',
  publication: '/publication/annual-report',
  log: '/log',
  'log-claims': '/log?type=claim',
  integrity: '/integrity',
  replay: '/replay',
  'sign-in': '/sign-in',
  statements: '/statement',
  statement: '/statement/2023-24',
};

const SAYS = {
  years: /Nothing has been committed or claimed yet/,
  year: /Nothing is recorded for this year/,
  figure: /There is nothing here by this name/,
  entry: /There is nothing here by this name/,
  opening: /Ledger opened/,
  bridge: /this year has none yet/,
  publication: /There is nothing here by this name/,
  log: /Ledger opened/,
  'log-claims': /None of this type between event 0 and 0/,
  integrity: /Check it yourself/,
};

await journey(async (browser) => {
  const found = [];
  const see = (name, says) => {
    if (/went wrong/.test(says) || !(SAYS[name] ?? /./).test(says)) {
      found.push(`${PAGES[name]} says: ${says}`);
    }
  };
  for (const how of ['light', 'narrow']) {
    const look = LOOKS[how];
    const visit = await lookAtAll(browser, PAGES, {how, look, role: 'admin', found, see});
    await visit.end();
  }
  check(found.length === 0, `${found.length} findings:\n${found.join('\n')}`);
});
