// What is printed is a clean A4 page: it says what it is as of, has nothing to press, and does not
// waste paper.

import {writeFile} from 'node:fs/promises';

import {Visit, check, journey, outPath} from '../browser.js';

// Points, of 72 to an inch.
const A4 = {width: 595, height: 842};

const PAPERS = [
  {name: 'year', target: '/year/2023-24', least: 2, most: 4},
  {name: 'year-then', target: '/year/2022-23?as_of=60', least: 1, most: 3},
  {name: 'figure', target: '/figure/2023-24:jobs:verified', least: 3, most: 6},
  {
    name: 'bridge',
    target: '/bridge/2023-24:jobs:verified?from=annual-report-2023-24',
    least: 1,
    most: 1,
  },
  {name: 'statement', target: '/statement/2023-24', least: 1, most: 4, isOfServer: true},
];

/** The size of each page; Chromium writes the dictionaries of pages as plain text. */
function pagesOf(pdf) {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/\/Type\s*\/Page\b(?!s)/g)].map(({index}) => {
    const from = text.lastIndexOf(' obj', index);
    const [, width, height] =
      /\/MediaBox\s*\[\s*0\s+0\s+([0-9.]+)\s+([0-9.]+)/.exec(
        text.slice(from, text.indexOf('endobj', index)),
      ) ?? [];
    return {width: Math.round(Number(width)), height: Math.round(Number(height))};
  });
}

async function print(visit, {name, target, least, most, isOfServer = false}) {
  const {page} = visit;
  await visit.open(target);
  await page.emulateMedia({media: 'print'});
  // The other stages of a figure are links, and numbers that belong on paper.
  for (const what of ['nav:not(:has(.stages))', 'button', 'form', 'summary']) {
    const shown = await page
      .locator(what)
      .evaluateAll((all) =>
        all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 200)),
      );
    check(shown.length === 0, `${target} prints ${shown.join('\n')}`);
  }
  const says = await page.locator('body').innerText();
  check(/as of event [0-9]+|after event [0-9]+/i.test(says), `${target} does not say as of when`);
  check(isOfServer || /root [0-9a-f]{12}/.test(says), `${target} has no root`);
  const pdf = await page.pdf({preferCSSPageSize: true});
  await writeFile(outPath(`${name}.pdf`), pdf);
  const sizes = pagesOf(pdf);
  check(
    sizes.length >= least && sizes.length <= most,
    `${target} takes ${sizes.length} pages, and not ${least} to ${most}`,
  );
  for (const {width, height} of sizes) {
    check(
      Math.abs(width - A4.width) <= 1 && Math.abs(height - A4.height) <= 1,
      `${target} is ${width} by ${height}`,
    );
  }
  await page.emulateMedia({media: null});
}

await journey(async (browser) => {
  const visit = await Visit.start(browser, {colorScheme: 'dark'});
  await visit.signIn('read');
  for (const paper of PAPERS) await print(visit, paper);
  visit.hold('all of it');
});
