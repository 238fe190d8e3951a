// An admin starts a replay, watches it to its end, and reads that every balance came out the same;
// who is no admin may watch, and is not offered to start one.

import {Visit, check, journey} from '../browser.js';

const START = {name: /start/i};

await journey(async (browser) => {
  const admin = await Visit.start(browser);
  await admin.signIn('admin');
  await admin.open('/replay');
  await admin.page.getByRole('button', START).click();
  await admin.page.getByText('Every balance came out the same.').waitFor();
  await admin.page.getByText(/100 %/).waitFor();
  const found = await admin.violations();
  check(found.length === 0, `a replay that is done:\n${found.join('\n')}`);
  await admin.picture('replayed');
  const place = new URL(admin.page.url());
  check(place.searchParams.get('id') === '1', `where it is watched can be shared: ${place}`);

  const reader = await Visit.start(browser);
  await reader.signIn('read');
  await reader.open(place.pathname + place.search);
  await reader.page.getByText('Every balance came out the same.').waitFor();
  check((await reader.page.getByRole('button', START).count()) === 0, 'a reader starts nothing');
  admin.hold('the admin');
  reader.hold('the reader');
});
