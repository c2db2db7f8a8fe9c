import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: string;
}

const FOLDER = path.join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page, compiles its TypeScript and puts its style sheets together.
 *
 * @returns the files by their path
 * @throws Error when the page does not build
 */
export async function loadPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [
      { in: path.join(FOLDER, 'main.ts'), out: 'page' },
      { in: path.join(FOLDER, 'page.css'), out: 'page' },
    ],
    outdir: FOLDER,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    // Like the page, what it runs can be read in a browser's tools.
    minify: false,
    write: false,
    logLevel: 'error',
  });
  return new Map([
    ['/', pageFile('index.html', readText('index.html'))],
    ['/icon.svg', pageFile('icon.svg', readText('icon.svg'))],
    ...outputFiles.map(({ path: file, text }): [string, PageFile] => [
      `/${path.basename(file)}`,
      pageFile(file, text),
    ]),
  ]);
}

function readText(name: string): string {
  return readFileSync(path.join(FOLDER, name), 'utf8');
}

function pageFile(name: string, content: string): PageFile {
  return { type: `${TYPES[path.extname(name)] ?? 'text/plain'}; charset=utf-8`, content };
}
