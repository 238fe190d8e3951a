// The connection drops while the log is read, and events are recorded meanwhile.  The page says that
// it is gone, takes it up again by itself, tells of what came, and moves nothing until it is asked to.

import {Visit, check, journey, token, url} from '../browser.js';
import {front} from '../front.js';

const NEW = 3;

async function record(count, from) {
  const headers = {Authorization: `Bearer ${token('admin')}`};
  const {actor} = await (await fetch(url('/api/v1/token'), {headers})).json();
  const entries = Array.from({length: count}, (_, index) => ({
    type: 'organisation',
    id: `org-of-the-feed-${from + index}`,
    actor,
    name: `Organisation ${from + index}`,
  }));
  const answer = await fetch(url('/api/v1/entries'), {
    method: 'POST',
    headers: {...headers, 'Content-Type': 'application/json'},
    body: JSON.stringify(entries),
  });
  check(answer.ok, `recording: ${answer.status} ${await answer.text()}`);
}

const sequences = (page) =>
  page
    .locator('table.log tbody th')
    .allInnerTexts()
    .then((all) => all.map((text) => Number(text.replaceAll(',', ''))));

/** Where what is being read stands on the screen: a row further down, where there are as many. */
async function placeOf(row) {
  return {text: await row.innerText(), ...(await row.boundingBox())};
}

async function dropsAndComesBack(visit, line, address, from) {
  const {page} = visit;
  await visit.open(address);
  await page.getByText(/^Live/).waitFor();
  const before = await sequences(page);
  const row = page.locator('table.log tbody tr').nth(Math.min(30, before.length - 1));
  await row.scrollIntoViewIfNeeded();
  const place = await placeOf(row);

  line.cut();
  await page.getByText(/The connection is lost/).waitFor();
  await record(NEW, from);
  check((await page.getByRole('button', {name: /new event/}).count()) === 0, 'it cannot know yet');

  await line.mend();
  const button = page.getByRole('button', {name: `${NEW} new events: show`});
  await button.waitFor();
  await page.getByText(/^Live/).waitFor();
  await record(1, from + NEW);
  await page.getByRole('button', {name: `${NEW + 1} new events: show`}).waitFor();
  check(
    JSON.stringify(await placeOf(row)) === JSON.stringify(place),
    `${address}: what is being read has moved`,
  );
  await visit.picture(`waiting-${from}`);

  await page.getByRole('button', {name: /new events: show/}).click();
  const after = await sequences(page);
  const fresh = after.slice(0, NEW + 1);
  check(
    after.length === before.length + NEW + 1 &&
      fresh.every((one, index) => one === fresh[0] - index) &&
      JSON.stringify(after.slice(NEW + 1)) === JSON.stringify(before),
    `${address}: a gap or a repeat in ${after}, which was ${before}`,
  );
  await visit.picture(`shown-${from}`);
}

await journey(async (browser) => {
  const line = await front();
  const visit = await Visit.start(browser, {}, line.base);
  visit.expect(/ERR_(CONNECTION_|INCOMPLETE_CHUNKED|EMPTY_RESPONSE)/);
  await visit.signIn('read');
  await dropsAndComesBack(visit, line, '/log', 1);
  await dropsAndComesBack(visit, line, '/log?type=organisation', 100);
  visit.hold('all of it');
});
