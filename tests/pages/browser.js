// A browser on the demonstration's ledger, and what every journey holds of every page: no error in
// the console, nothing that the policy stopped, nothing from elsewhere, and not more than a page may
// weigh.

import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';

const {TALLY_URL, TALLY_BROWSER, TALLY_MODULES, TALLY_OUT} = process.env;
const require = createRequire(path.join(TALLY_MODULES, 'from'));
const {chromium} = require('playwright-core');
const axe = await readFile(path.join(TALLY_MODULES, 'axe-core', 'axe.min.js'), 'utf8');

const MOST_BYTES = 300_000;
const PATIENCE_MS = 20_000;

export const url = (target) => TALLY_URL + target;
export const token = (role) => process.env[`TALLY_TOKEN_${role.toUpperCase()}`];
export const outPath = (name) => path.join(TALLY_OUT, name);

export function check(holds, what) {
  if (!holds) throw new Error(`FAILED: ${what}`);
}

export class Visit {
  // `look`: colorScheme, forcedColors, reducedMotion, viewport, as the browser takes them.
  static async start(browser, look = {}, base = TALLY_URL) {
    const visit = new Visit();
    visit.base = base;
    visit.context = await browser.newContext({viewport: {width: 1280, height: 900}, ...look});
    visit.context.setDefaultTimeout(PATIENCE_MS);
    visit.page = await visit.context.newPage();
    visit.wrong = [];
    visit.expected = [];
    visit.bytes = 0;
    await visit.watch();
    return visit;
  }

  async watch() {
    const {page} = this;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.note(message.text());
    });
    page.on('pageerror', (error) => this.note(`thrown: ${error.stack}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(this.base) && !request.url().startsWith('blob:')) {
        this.note(`a request to elsewhere: ${request.url()}`);
      }
    });
    this.session = await this.context.newCDPSession(page);
    await this.session.send('Network.enable');
    await this.session.send('Network.setCacheDisabled', {cacheDisabled: true});
    this.session.on('Network.loadingFinished', (event) => {
      this.bytes += event.encodedDataLength;
    });
  }

  note(text) {
    if (!this.expected.some((pattern) => pattern.test(text))) this.wrong.push(text);
  }

  // What a page may say that is no fault of it: the browser tells of an answer of 404, say.
  expect(pattern) {
    this.expected.push(pattern);
  }

  // Opens a page, and waits until it shows what it has.
  async open(target) {
    this.bytes = 0;
    await this.page.goto(this.base + target, {waitUntil: 'load'});
    await this.settle();
    check(this.bytes <= MOST_BYTES, `${target} takes ${this.bytes} bytes`);
    this.hold(target);
  }

  async settle() {
    await this.page.locator('h1:visible').first().waitFor();
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  }

  hold(where) {
    check(this.wrong.length === 0, `${where}:\n  ${this.wrong.join('\n  ')}`);
  }

  async signIn(role) {
    await this.open('/sign-in');
    await this.page.getByLabel('Token', {exact: false}).first().fill(token(role));
    await this.page.getByRole('button', {name: 'Sign in'}).click();
    await this.page.getByRole('button', {name: 'Sign out'}).first().waitFor();
    await this.settle();
  }

  // What axe finds, a line each.
  async violations() {
    // Not as a script of the page, which its policy would stop.
    await this.session.send('Runtime.evaluate', {expression: axe});
    const found = await this.page.evaluate(async () => {
      const {violations} = await globalThis.axe.run(document);
      return violations.map(({id, help, nodes}) => ({
        id,
        help,
        nodes: nodes.map(
          ({html, failureSummary}) => `${html.slice(0, 200)} (${failureSummary.slice(0, 300)})`,
        ),
      }));
    });
    return found.map(
      ({id, help, nodes}) => `${id}: ${help}\n    ${nodes.slice(0, 4).join('\n    ')}`,
    );
  }

  async picture(name) {
    await this.page.screenshot({path: outPath(`${name}.png`), fullPage: true});
  }

  async end() {
    await this.context.close();
  }
}

// Runs a journey in a browser of its own; what fails ends the process with a picture of the page.
export async function journey(run) {
  const browser = await chromium.launch({executablePath: TALLY_BROWSER, args: ['--no-sandbox']});
  try {
    await run(browser);
  } catch (error) {
    console.error(error.stack ?? error);
    let number = 0;
    for (const context of browser.contexts()) {
      for (const page of context.pages()) {
        number += 1;
        console.error(`the page then: ${page.url()}`);
        await page.screenshot({path: outPath(`failed-${number}.png`)}).catch(() => {});
      }
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
