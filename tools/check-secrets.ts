/**
 * Looks for secrets in the files of the repository, and at what the lock file says of the packages. Part of `make check`.
 * Prints file and line of what it finds, never the text itself, and exits with 1.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { findSecrets } from './check-secrets/find-secrets.ts';
import { faultsOfLockFile } from './check-secrets/lock-file.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const LOCK_FILES = ['package-lock.json'];

const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
const found: string[] = [];
for (const name of new Set(names.split('\0').filter((file) => file !== ''))) {
  const text = readText(path.join(ROOT, name));
  if (text === null) continue;
  for (const { line, kind } of findSecrets(text)) found.push(`${name}:${line}: ${kind}`);
}
for (const name of LOCK_FILES) {
  const text = readText(path.join(ROOT, name));
  const faults = text === null ? ['is missing'] : faultsOfLockFile(JSON.parse(text));
  found.push(...faults.map((fault) => `${name}: ${fault}`));
}

for (const line of found) console.error(line);
process.exitCode = found.length === 0 ? 0 : 1;

/** Null for what is no file any more, or no text. */
function readText(file: string): string | null {
  try {
    const bytes = readFileSync(file);
    return bytes.includes(0) ? null : bytes.toString('utf8');
  } catch {
    return null;
  }
}
