import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'infra');

/** The text of a root: all its files one after another. */
export function readRoot(folder = ''): string {
  const files = readdirSync(path.join(FOLDER, folder)).filter((name) => name.endsWith('.tf'));
  return files.map((name) => readFileSync(path.join(FOLDER, folder, name), 'utf8')).join('\n');
}

/** What stands between the brackets that follow a text: `{…}`, `[…]` or `(…)`. */
export function readBlock(text: string, start: string): string {
  const found = text.indexOf(start);
  if (found === -1) throw new Error(`infra/ holds no ${start}`);
  const opening = text.slice(found + start.length).search(/[{[(]/) + found + start.length;
  let depth = 0;
  for (let index = opening; index < text.length; index += 1) {
    if ('{[('.includes(text[index] ?? '')) depth += 1;
    if (')]}'.includes(text[index] ?? '')) depth -= 1;
    if (depth === 0) return text.slice(opening + 1, index);
  }
  throw new Error(`${start} is not closed`);
}

/** The members `NAME = value` of a block whose names are those of environment variables. */
export function readVariables(block: string): ReadonlyMap<string, string> {
  const lines = [...block.matchAll(/^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.+?)\s*$/gm)];
  return new Map(lines.map(([, name = '', value = '']) => [name, value]));
}

/** The texts in double quotes. */
export function readTexts(block: string): string[] {
  return [...block.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
}

/** A text of Terraform with the locals in it replaced. */
export function resolveText(expression: string, root: string): string {
  const resolveLocal = (name: string): string => {
    const value = new RegExp(`^\\s*${name}\\s*=\\s*(.+)$`, 'm').exec(root)?.[1];
    if (value === undefined) throw new Error(`infra/ holds no local ${name}`);
    return resolveText(value.trim(), root);
  };
  const local = /^local\.(\w+)$/.exec(expression)?.[1];
  if (local !== undefined) return resolveLocal(local);
  const text = JSON.parse(expression) as string;
  return text.replace(/\$\{local\.(\w+)\}/g, (_, name: string) => resolveLocal(name));
}
