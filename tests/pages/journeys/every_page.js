// Every page, in every light and as narrow as a phone: axe finds nothing, nothing must be scrolled
// sideways, and each leaves a picture behind.

import {check, journey} from '../browser.js';
import {lookAtAll, LOOKS} from '../looks.js';

const PAGES = {
  years: '/',
  year: '/year/2023-24',
  'year-then': '/year/2022-23?as_of=60',
  'year-promised': '/year/2024-25',
  figure: '/figure/2023-24:jobs:verified',
  'figure-part': '/figure/2022-23:jobs:verified:programme=prog-headbolt-lane@150',
  'figure-value': '/figure/2022-23:equality-training:verified',
  'figure-ratio': '/figure/2023-24:social-value-share:verified',
  claim: '/entry/claim-2324-02-q3',
  'claim-waiting': '/entry/claim-2425-01-q1',
  'entry-erased': '/entry/claim-2324-06-q4',
  'entry-long-name': '/entry/con-full-fibre-phase-2',
  bridge: '/bridge/2023-24:jobs:verified?from=annual-report-2023-24',
  'bridge-value': '/bridge/2022-23:equality-training:verified?from=annual-report-2022-23&to=150',
  publication: '/publication/annual-report-2023-24',
  'publication-superseded': '/publication/annual-report-2022-23',
  log: '/log',
  integrity: '/integrity',
  replay: '/replay',
  'sign-in': '/sign-in',
  statements: '/statement',
  statement: '/statement/2023-24',
  'no-such-year': '/year/1999-00',
  'no-such-figure': '/figure/2023-24:nothing:verified',
  'no-such-entry': '/entry/nothing',
  'no-such-page': '/figure/nonsense',
};

await journey(async (browser) => {
  const found = [];
  for (const [how, look] of Object.entries(LOOKS)) {
    const visit = await lookAtAll(browser, PAGES, {how, look, role: 'admin', found});
    await visit.end();
  }
  // As anybody sees them, who has no token.
  const look = LOOKS.light;
  const visit = await lookAtAll(browser, PAGES, {how: 'public', look, role: null, found});
  await visit.page.emulateMedia({media: 'print'});
  await visit.open('/year/2023-24');
  await visit.picture('year-print');
  check(found.length === 0, `${found.length} findings:\n${found.join('\n')}`);
});
