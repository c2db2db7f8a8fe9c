import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeployFailure } from '../../tools/deploy/deploy-failure.ts';
import { packageFolder } from '../../tools/deploy/package-folder.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A build in a folder of its own. */
function aBuild(files: Readonly<Record<string, string>> = {}): {
  readonly dist: string;
  readonly archive: string;
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'verify-gateway-package-'));
  folders.push(folder);
  const dist = path.join(folder, 'dist');
  const all = {
    'package.json': '{}',
    'package-lock.json': '{}',
    'main.mjs': '',
    'chunks/a.mjs': 'a',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(dist, name)), { recursive: true });
    writeFileSync(path.join(dist, name), text);
  }
  return { dist, archive: path.join(folder, 'build', 'source.zip') };
}

describe('what the build wrote', () => {
  it('is packed already: Terraform says to run make build where there is no archive', () => {
    const root = path.join(import.meta.dirname, '..', '..');
    const { archive } = aBuild();
    const { sha256 } = packageFolder(path.join(root, 'dist'), archive);
    const built = readFileSync(path.join(root, 'build', 'source.zip'));
    expect(createHash('sha256').update(built).digest('hex')).toBe(sha256);
  });
});

describe('packageFolder', () => {
  it('writes the archive and says its hash', () => {
    const { dist, archive } = aBuild();
    const packed = packageFolder(dist, archive);
    const bytes = readFileSync(archive);
    expect(packed).toEqual({
      file: archive,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      files: 4,
      bytes: bytes.length,
    });
  });

  it('gives the same hash for the same files, whatever their times and rights', () => {
    const first = aBuild();
    const second = aBuild();
    utimesSync(path.join(second.dist, 'main.mjs'), 1, 1);
    chmodSync(path.join(second.dist, 'main.mjs'), 0o755);
    const hashes = [first, second].map(({ dist, archive }) => packageFolder(dist, archive).sha256);
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('gives another hash for another file', () => {
    const hashes = [aBuild(), aBuild({ 'chunks/a.mjs': 'b' })].map(
      ({ dist, archive }) => packageFolder(dist, archive).sha256,
    );
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it.each(['package.json', 'package-lock.json'])('refuses a build without %s', (name) => {
    const { dist, archive } = aBuild();
    rmSync(path.join(dist, name));
    expect(() => packageFolder(dist, archive)).toThrow(DeployFailure);
    expect(existsSync(archive)).toBe(false);
  });

  it('says what to do when nothing was built', () => {
    const { dist, archive } = aBuild();
    rmSync(dist, { recursive: true });
    expect(() => packageFolder(dist, archive)).toThrow(/Run make build/);
  });

  it('refuses a link, whose target may be anywhere', () => {
    const { dist, archive } = aBuild();
    symlinkSync('/etc/hostname', path.join(dist, 'link'));
    expect(() => packageFolder(dist, archive)).toThrow(/neither a file nor a folder/);
  });
});
