// A verifier's day in one place: signs in, opens a claim, accepts part of it, sees which figures that
// moves before anything is sent, sends it, and finds the figure moved.

import {Visit, check, journey} from '../browser.js';

const CLAIM = '/entry/claim-2425-01-q1';
const FIGURE = '/figure/2024-25:jobs:verified';

async function fillIn(page) {
  await page.getByLabel('Accept a part of it').check();
  await page.getByLabel(/How much do you accept/).fill('15');
  await page.getByLabel('How did you check?').fill('site-visit');
}

await journey(async (browser) => {
  const visit = await Visit.start(browser);
  const {page} = visit;

  // Who may only read is offered nothing to send.
  await visit.signIn('read');
  await visit.open(CLAIM);
  check(
    (await page.getByRole('button', {name: 'Preview what moves'}).count()) === 0,
    'a reader verifies nothing',
  );
  // Whoever has no token is not shown an entry, which may hold details: the browser says so itself.
  visit.expect(/Failed to load resource: .*401/);
  await page.getByRole('button', {name: 'Sign out'}).first().click();

  await visit.signIn('verify');
  await visit.open(FIGURE);
  const before = await page.locator('main').innerText();
  await visit.open(CLAIM);
  const submit = page.getByRole('button', {name: 'Preview what moves'});

  // What is missing is said beside its field, and nothing is sent.
  await submit.click();
  await page.getByText('This cannot be sent yet').waitFor();

  await fillIn(page);
  await submit.click();
  const preview = page.getByRole('region', {name: 'Preview', exact: true});
  await preview.getByRole('table').waitFor();
  const moves = await preview.innerText();
  check(
    moves.includes('2024-25:jobs:verified') && moves.includes('15'),
    `the preview says: ${moves}`,
  );
  const found = await visit.violations();
  check(found.length === 0, `the form, filled in:\n${found.join('\n')}`);
  await visit.picture('preview');

  // A change takes a new preview.
  await page.getByLabel(/How much do you accept/).fill('16');
  check((await preview.getByRole('table').count()) === 0, 'what is previewed is what is sent');
  await submit.click();
  await preview.getByRole('button', {name: 'Record this verification'}).click();
  await page
    .locator('main')
    .getByText(/partial|in part/i)
    .first()
    .waitFor();
  await visit.settle();
  await visit.picture('recorded');

  await visit.open(FIGURE);
  const after = await page.locator('main').innerText();
  check(!/\b16\b/.test(before) && /\b16\b/.test(after), `the figure did not move: ${after}`);
  await visit.picture('figure-moved');
  // As of before, it says what it said.
  await visit.open(`${FIGURE}@218`);
  check(!/\b16\b/.test(await page.locator('main').innerText()), 'as of then it is as it was');
  visit.hold('all of it');
});
