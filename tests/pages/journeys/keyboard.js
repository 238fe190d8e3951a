// Without a mouse: Tab comes to everything that can be pressed or filled in, in the order in which it
// stands, and shows where it is.

import {Visit, check, journey} from '../browser.js';

const CONTROLS =
  'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** Numbers what can be reached: of radio buttons of a name, the one that Tab comes to. */
async function numbered(page) {
  return page.evaluate((controls) => {
    const isSkipped = (one) => {
      if (!one.matches('[type="radio"]')) return false;
      const group = [...document.querySelectorAll(`[name="${one.name}"]`)];
      return (group.find(({checked}) => checked) ?? group[0]) !== one;
    };
    const all = [...document.querySelectorAll(controls)].filter(
      (one) => one.checkVisibility() && !one.matches(':disabled') && !isSkipped(one),
    );
    all.forEach((one, index) => one.setAttribute('data-order', String(index)));
    return all.map((one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 120));
  }, CONTROLS);
}

/** What has the focus: its number, and whether who looks can tell. */
async function focused(page) {
  return page.evaluate(() => {
    const one = document.activeElement;
    const {outlineStyle, outlineWidth} = getComputedStyle(one);
    const {top, bottom, left, right} = one.getBoundingClientRect();
    return {
      order: Number(one.getAttribute('data-order') ?? NaN),
      html: one.outerHTML.slice(0, 120),
      isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      isInView: bottom > 0 && top < window.innerHeight && right > 0 && left < window.innerWidth,
    };
  });
}

async function tabThrough(visit, where) {
  const {page} = visit;
  const controls = await numbered(page);
  await page.evaluate(() => {
    document.activeElement.blur();
    window.getSelection().removeAllRanges();
  });
  await page.locator('body').press('Home');
  const missed = new Set(controls.keys());
  let last = -1;
  for (let step = 0; step < controls.length + 5 && missed.size > 0; step += 1) {
    await page.keyboard.press('Tab');
    const {order, html, isOutlined, isInView} = await focused(page);
    if (Number.isNaN(order)) continue; // the browser's own, between the end and the beginning
    check(isOutlined, `${where}: nothing shows that the focus is on ${html}`);
    check(isInView, `${where}: the focus is out of sight on ${html}`);
    check(
      order > last || last === controls.length - 1,
      `${where}: the order jumps back at ${html}`,
    );
    last = order;
    missed.delete(order);
  }
  const names = [...missed].map((order) => controls[order]);
  check(missed.size === 0, `${where}: Tab does not come to\n  ${names.join('\n  ')}`);
  return controls.length;
}

await journey(async (browser) => {
  const visit = await Visit.start(browser);
  const {page} = visit;
  await visit.signIn('verify');

  await visit.open('/year/2023-24');
  for (const summary of await page.locator('summary').all()) await summary.press('Enter');
  await page.getByLabel('Programme').waitFor();
  const ofYear = await tabThrough(visit, 'the year');
  check(ofYear > 60, `a year has more to press than ${ofYear}`);
  await visit.picture('year');

  await visit.open('/entry/claim-2425-01-q1');
  await page.getByLabel('Accept a part of it').focus();
  await page.keyboard.press('Space');
  await page.getByLabel(/How much do you accept/).waitFor();
  const ofForm = await tabThrough(visit, 'the form');
  check(ofForm > 15, `a form has more to press than ${ofForm}`);
  await visit.picture('form');
  visit.hold('all of it');
});
