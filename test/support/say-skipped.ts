import process from 'node:process';

/**
 * Says why tests are left out, straight to standard error: what `console` writes in a file all of whose tests are left out,
 * jest never shows.
 */
export function saySkipped(why: string): void {
  process.stderr.write(`SKIPPED: ${why}\n`);
}
