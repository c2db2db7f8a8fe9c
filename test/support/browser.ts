import process from 'node:process';
import type { Browser } from 'playwright-core';
import { findChromium, startChromium } from '../../tools/playground/start-chromium.ts';
import { saySkipped } from './say-skipped.ts';

/**
 * Starts a real browser, once per test file: `const browser = await startBrowser()` at its top, `close` in `afterAll`.
 *
 * @returns null, after printing why, where this machine has none
 * @throws Error for the same reason with `CI=true`, where every test must run
 */
export async function startBrowser(): Promise<Browser | null> {
  const found = findChromium();
  if (typeof found !== 'string') return startChromium(found.file);
  if (process.env['CI'] === 'true') throw new Error(`Tests of the page cannot run: ${found}`);
  saySkipped(`tests of the page cannot run: ${found}`);
  return null;
}
