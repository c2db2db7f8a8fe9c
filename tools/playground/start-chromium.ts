import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Without a screen, without a sandbox (which needs rights that a container does not give), and without calls of its own. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Looks for a Chromium: `CHROMIUM_PATH`, else on `PATH`.
 *
 * @returns its file, or a sentence that says what is missing
 */
export function findChromium(
  env: Readonly<Record<string, string | undefined>> = process.env,
): { readonly file: string } | string {
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    return existsSync(named) ? { file: named } : 'CHROMIUM_PATH names no file';
  }
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const file = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(existsSync);
  return file === undefined ? 'no Chromium was found (apt-get install chromium, or CHROMIUM_PATH)' : { file };
}

/** Starts the Chromium of a file. */
export function startChromium(file: string): Promise<Browser> {
  return chromium.launch({ executablePath: file, args: FLAGS });
}
