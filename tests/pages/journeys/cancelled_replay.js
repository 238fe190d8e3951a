// An admin cancels a rebuild: it is told as cancelled, and everything is as it was.  The ledger of
// the demonstration is rebuilt before anyone could press a button, so what the service says of this
// one is made up here; that a rebuild can be cancelled is a test of the service.

import {Visit, check, journey, token, url} from '../browser.js';
import {front} from '../front.js';

const ALL = 10_000_000;

/** Answers for the service, of a rebuild that runs until it is cancelled. */
function standIn() {
  const replay = {id: '1', state: 'running', done: 1_234_567, all: ALL};
  const asked = [];
  let watcher = null;
  const tell = () => watcher.write(`data: ${JSON.stringify(replay)}\n\n`);
  const answer = ({method, url: path}, response) => {
    if (!(path === '/api/v1/replays/1' || (path === '/api/v1/replays' && method === 'POST'))) {
      return false;
    }
    asked.push(method);
    if (method === 'GET') {
      response.writeHead(200, {'Content-Type': 'text/event-stream'});
      watcher = response;
      tell();
      return true;
    }
    if (method === 'DELETE') {
      replay.state = 'cancelled';
      tell();
    }
    response.writeHead(202, {'Content-Type': 'application/json'}).end(JSON.stringify(replay));
    return true;
  };
  return {asked, answer};
}

async function totals() {
  const headers = {Authorization: `Bearer ${token('read')}`};
  return (await fetch(url('/api/v1/totals'), {headers})).text();
}

await journey(async (browser) => {
  const {asked, answer} = standIn();
  const line = await front(answer);
  const visit = await Visit.start(browser, {}, line.base);
  const {page} = visit;
  await visit.signIn('admin');
  const before = await totals();
  await visit.open('/replay');
  const start = page.getByRole('button', {name: 'Start a rebuild'});
  await start.click();
  await page.getByText('It is running.').waitFor();
  await page.getByText(/^12 %: 1,234,567 of 10,000,000 events/).waitFor();
  check(await start.isDisabled(), 'one is not started beside another');
  await visit.picture('running');

  const cancel = page.getByRole('button', {name: 'Cancel it'});
  check(
    await cancel.evaluate((one) => one === document.activeElement),
    'the focus is on the way out',
  );
  await cancel.click();
  await page.getByText('It was cancelled, and everything is as it was.').waitFor();
  check(asked.join() === 'POST,GET,DELETE', `started, watched and cancelled once: ${asked}`);
  check((await page.getByText(/balances? came out/i).count()) === 0, 'nothing is told of balances');
  check(await start.isEnabled(), 'another can be started');
  check(await cancel.isHidden(), 'what is over is not cancelled again');
  check((await totals()) === before, 'the totals are what they were');
  const found = await visit.violations();
  check(found.length === 0, `a replay that was cancelled:\n${found.join('\n')}`);
  await visit.picture('cancelled');
  visit.hold('all of it');
});
