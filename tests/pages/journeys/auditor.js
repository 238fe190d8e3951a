// Where does this number come from, who checked it, and what changed since?  An auditor goes from the
// year to a figure, to an event behind it, to its evidence, and takes the figure away as a bundle,
// which the program checks without the ledger.

import {execFileSync} from 'node:child_process';

import {Visit, check, journey, outPath, token, url} from '../browser.js';

const YEAR = '/year/2023-24';

async function vkey() {
  const headers = {Authorization: `Bearer ${token('read')}`};
  return (await (await fetch(url('/api/v1/status'), {headers})).json()).vkey;
}

// The link of a figure of the year: the number in the row of its measure.
function verifiedJobs(page) {
  return page
    .locator('main a[href*="/figure/"]')
    .and(page.locator('[href*="2023-24%3Ajobs%3Averified"], [href*="2023-24:jobs:verified"]'))
    .first();
}

async function toTheFigure(visit) {
  const {page} = visit;
  await visit.open('/');
  await page
    .locator('main')
    .getByRole('link', {name: /2023-24/})
    .first()
    .click();
  await page.waitForURL(`**${YEAR}*`);
  await visit.settle();
  check((await verifiedJobs(page).innerText()).trim() === '126', 'the year says 126 jobs');
  check(
    /restated/i.test(await page.locator('main').innerText()),
    'it says that the year was restated',
  );

  // The number leads to what stands behind it.
  await verifiedJobs(page).click();
  await page.waitForURL('**/figure/**');
  await visit.settle();
  const figure = await page.locator('main').innerText();
  check(figure.includes('126'), 'the figure is the number that was followed');
  await visit.picture('figure');
}

async function toTheEvidence(visit) {
  const {page} = visit;
  // One of the events behind it: what was claimed, and the evidence.
  await page
    .locator('main a[href*="/entry/"]')
    .filter({hasText: /claim-2324-01-q1/})
    .first()
    .click();
  await page.waitForURL('**/entry/**');
  await visit.settle();
  const entry = await page.locator('main').innerText();
  check(
    entry.includes('claim-2324-01-q1') && entry.includes('Quarterly return'),
    'the claim, with its evidence',
  );
  check(/[0-9a-f]{12}/.test(entry), 'the digest of the document');
  await visit.picture('claim');
}

async function takeItAway(visit) {
  const {page} = visit;
  // Back where it began, the figure is taken away and checked.
  await page.goBack();
  await visit.settle();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .locator('main')
      .getByText(/bundle/i)
      .and(page.locator('a, button'))
      .first()
      .click(),
  ]);
  const bundle = outPath('bundle.zip');
  await download.saveAs(bundle);
  const said = execFileSync(
    process.env.TALLY_PROGRAM,
    ['check-bundle', bundle, '--vkey', await vkey()],
    {encoding: 'utf8'},
  );
  check(said.includes('The bundle holds') && said.includes('126 job'), said);
}

async function whatMovedIt(visit) {
  const {page} = visit;
  // What was published was another number; the bridge says what moved.
  await visit.open('/bridge/2023-24:jobs:verified?from=annual-report-2023-24');
  const bridge = await page.locator('main').innerText();
  for (const part of ['122', '126', 'correct-fibre-jobs-q3', 'verify-2324-01-late']) {
    check(bridge.includes(part), `the bridge lacks ${part}`);
  }
  await visit.picture('bridge');
}

async function asItWas(visit) {
  // As of the publication, the page says what it said then.
  await visit.open(`${YEAR}?as_of=207`);
  check(
    (await verifiedJobs(visit.page).innerText()).trim() === '122',
    'as of event 207 the year said 122',
  );
}

await journey(async (browser) => {
  const visit = await Visit.start(browser, {acceptDownloads: true});
  await visit.signIn('read');
  await toTheFigure(visit);
  await toTheEvidence(visit);
  await takeItAway(visit);
  await whatMovedIt(visit);
  await asItWas(visit);
  visit.hold('all of it');
});
