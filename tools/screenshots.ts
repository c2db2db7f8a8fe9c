import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { findChromium, startChromium } from './playground/start-chromium.ts';
import { startOwnStack } from './playground/start-own-stack.ts';
import { NUMBERS } from './twilio-simulator/numbers.ts';
import { testNumber } from './twilio-simulator/test-number.ts';

// Writes the pictures of the README, docs/playground-light.png and docs/playground-dark.png: a stack of its own, a real
// browser, and what a person would click.

const DOCS = path.resolve(import.meta.dirname, '..', 'docs');
const VIEWPORT = { width: 1440, height: 900 };
const SENT_TO = [NUMBERS.ordinary, NUMBERS.fraudGuard, NUMBERS.manx, testNumber(42)];

const found = findChromium();
if (typeof found === 'string') {
  process.stderr.write(`${found}\n`);
  process.exit(1);
}
const browser = await startChromium(found.file);
const stack = await startOwnStack();
try {
  mkdirSync(DOCS, { recursive: true });
  const page = await browser.newPage({ viewport: VIEWPORT, reducedMotion: 'reduce' });
  await page.goto(stack.pageUrl);
  await page.locator('#rules li').first().waitFor();
  await play(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    const file = path.join(DOCS, `playground-${colorScheme}.png`);
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: file });
    process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
  }
} finally {
  await browser.close();
  await stack.stop();
}

async function play(page: Page): Promise<void> {
  await page.locator('[data-scenario=pumping]').click();
  await page.locator('#scenario-run[data-state=done]').waitFor();
  for (const [index, number] of SENT_TO.entries()) {
    await page.locator('#recipient').fill(number);
    await page.locator('#send').click();
    // One line on the page for each: the answer comes first, the log line after it.
    const lines = page.locator('#decisions li', { hasText: `•${number.slice(-2)}` });
    await lines
      .filter({ hasNotText: /rule \+44/ })
      .first()
      .waitFor();
    if (index === 0) await logIn(page, number);
  }
  const newest = page.locator('#messages li').first();
  await newest.locator('.quiet', { hasText: testNumber(42) }).waitFor();
  await page.locator('#answer .badge.good').waitFor();
}

async function logIn(page: Page, number: string): Promise<void> {
  await page.locator('#messages li', { hasText: number }).getByRole('button').click();
  await page.locator('#login').click();
  await page.locator('#verifications li', { hasText: number }).filter({ hasText: 'approved' }).waitFor();
}
