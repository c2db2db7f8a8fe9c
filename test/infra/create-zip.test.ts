import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createZip } from '../../tools/deploy/create-zip.ts';
import { saySkipped } from '../support/say-skipped.ts';

const FILES = [
  { name: 'main.mjs', content: Buffer.from('export const answer = 42;\n') },
  { name: 'package.json', content: Buffer.from('{}') },
  { name: 'chunks/größe.mjs', content: Buffer.from([0, 255, 10, 13, 26]) },
  { name: 'empty', content: Buffer.alloc(0) },
];

/** Readers that are not ours, and what proves that they understood the archive. */
const READERS = [
  ['unzip', ['-t'], 'No errors detected'],
  ['python3', ['-c', 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())'], 'None'],
] as const;

function withArchive<T>(archive: Buffer, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'verify-gateway-zip-'));
  const file = path.join(folder, 'source.zip');
  writeFileSync(file, archive);
  try {
    return use(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const there = READERS.filter(([reader]) => spawnSync(reader, ['--help']).error === undefined);
if (there.length === 0) saySkipped('neither unzip nor python3 is here to read an archive of ours');

describe('createZip', () => {
  it('makes an archive that other readers find in order', () => {
    for (const [reader, args, verdict] of there) {
      const { status, stdout } = withArchive(createZip(FILES), (file) =>
        spawnSync(reader, [...args, file], { encoding: 'utf8' }),
      );
      expect({ reader, status, stdout }).toEqual({
        reader,
        status: 0,
        stdout: expect.stringContaining(verdict),
      });
    }
  });

  it('keeps every byte and every name', () => {
    const script =
      'import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); ' +
      'print(json.dumps([[i.filename, z.read(i).hex(), i.external_attr >> 16] for i in z.infolist()]))';
    const read = withArchive(createZip(FILES), (file) =>
      spawnSync('python3', ['-c', script, file], { encoding: 'utf8' }),
    );
    const expected = ['chunks/größe.mjs', 'empty', 'main.mjs', 'package.json'].map((name) => [
      name,
      FILES.find((file) => file.name === name)?.content.toString('hex'),
      0o100644,
    ]);
    expect(read.error === undefined ? JSON.parse(read.stdout) : expected).toEqual(expected);
  });

  it('gives the same bytes whatever the order of the files', () => {
    expect(createZip([...FILES].reverse()).equals(createZip(FILES))).toBe(true);
  });

  it('gives the bytes that it gave when this was written, on every machine and day', () => {
    const sha256 = createHash('sha256').update(createZip(FILES)).digest('hex');
    expect(sha256).toBe('048a21513eba55dae80889a6c9df92d038b7a98528a52d0c5cfe052d0404c8fe');
  });

  it('gives other bytes when a byte of a file changes', () => {
    const changed = FILES.map((file) =>
      file.name === 'empty' ? { ...file, content: Buffer.from('x') } : file,
    );
    expect(createZip(changed).equals(createZip(FILES))).toBe(false);
  });

  it('refuses two files of one name', () => {
    const twice = [...FILES, { name: 'empty', content: Buffer.alloc(0) }];
    expect(() => createZip(twice)).toThrow(new RangeError('two files are named empty'));
  });

  it('refuses more files than the format holds', () => {
    const many = Array.from({ length: 0xffff }, (_, index) => ({
      name: `${index}`,
      content: Buffer.alloc(0),
    }));
    expect(() => createZip(many)).toThrow(RangeError);
  });

  it('makes an archive of nothing', () => {
    expect(withArchive(createZip([]), (file) => readFileSync(file).length)).toBe(22);
  });
});
