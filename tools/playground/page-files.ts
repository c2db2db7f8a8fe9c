import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}

const FOLDER = path.join(import.meta.dirname, 'page');

/**
 * Reads the page, and compiles its TypeScript.
 *
 * @returns the files by their path
 */
export async function loadPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [path.join(FOLDER, 'main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    // Like the page, what it runs can be read in a browser's tools.
    minify: false,
    write: false,
    logLevel: 'error',
  });
  return new Map<string, PageFile>([
    ['/', textFile('index.html', 'text/html')],
    ['/page.css', textFile('page.css', 'text/css')],
    ['/icon.svg', textFile('icon.svg', 'image/svg+xml')],
    [
      '/page.js',
      { type: 'text/javascript; charset=utf-8', content: outputFiles[0]?.contents ?? new Uint8Array() },
    ],
  ]);
}

function textFile(name: string, type: string): PageFile {
  return { type: `${type}; charset=utf-8`, content: readFileSync(path.join(FOLDER, name)) };
}
