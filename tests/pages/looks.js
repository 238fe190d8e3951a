// What must hold of a page however it is looked at: axe finds nothing, and nothing must be scrolled
// sideways where the screen is as narrow as a phone.

import {Visit} from './browser.js';

const NARROW = 320;

export const LOOKS = {
  light: {colorScheme: 'light'},
  dark: {colorScheme: 'dark'},
  forced: {forcedColors: 'active'},
  narrow: {viewport: {width: NARROW, height: 640}},
};

// Of what is not there the browser tells the console itself.
const NOT_THERE = /Failed to load resource: .*(40[0-9]|422)/;

/** What is wrong with the page as it is, a line each. */
export async function faults(visit) {
  const wrong = await visit.violations();
  const [screen, page] = await visit.page.evaluate(() => [
    window.innerWidth,
    document.scrollingElement.scrollWidth,
  ]);
  if (page > screen) wrong.push(`it is ${page} wide where the screen is ${screen}`);
  return wrong;
}

/**
 * Opens each page in a look, by who has a token of the role or none, and leaves a picture of it.
 * `see` is called with what each says.
 */
export async function lookAtAll(browser, pages, {how, look, role, found, see = () => {}}) {
  const visit = await Visit.start(browser, look);
  visit.expect(NOT_THERE);
  if (role !== null) await visit.signIn(role);
  for (const [name, target] of Object.entries(pages)) {
    await visit.open(target);
    for (const one of await faults(visit)) {
      console.error(`${target}, ${how}: ${one}`); // at once, and again in the end
      found.push(`${target}, ${how}: ${one}`);
    }
    see(name, await visit.page.locator('body').innerText());
    await visit.picture(`${name}-${how}`);
  }
  return visit;
}
