import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CliWorld } from '../../../../tools/cli/cli-world.ts';
import { createProgram } from '../../../../tools/cli/create-program.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..', '..');
const FILES = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });
const TARGETS = new Set(
  [...read('Makefile').matchAll(/^([a-z-]+(?: [a-z-]+)*):/gm)].flatMap(([, names = '']) => names.split(' ')),
);

/** A command as somebody wrote it down, and where. */
type Written = readonly [file: string, command: string];

const commands = FILES.flatMap((file) => found(file, /npx verify-gateway(?=[ `\n])/g, 'npx verify-gateway'));
const makes = FILES.flatMap((file) => found(file, /(?<=[`$] ?|^ {4}|run )make (?=[a-z])/gm, 'make'));

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Up to what ends it: that of the span, which may go on in the next line, else a comment, prose or the end of the line. */
function found(file: string, begin: RegExp, what: string): Written[] {
  const text = read(file);
  return [...text.matchAll(begin)].map(({ index, 0: start }) => {
    const isSpan = text[index - 1] === '`';
    const rest = text.slice(index + start.length);
    const end = isSpan ? /`/ : /\n| {2,}#|, | \(|$/;
    const command = rest.slice(0, rest.search(end)).replace(/\s+/g, ' ').trim();
    return [`${file}:${text.slice(0, index).split('\n').length}`, `${what} ${command}`];
  });
}

/** As a shell splits a line, as far as documents go. */
function wordsOf(command: string): string[] {
  const words = command.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')).filter((word) => word !== '…');
}

/** What commander would say to it; null where it would run it. Nothing is run. */
function complaintAbout(command: string): string | null {
  const given = wordsOf(command).slice(2);
  let at: Command = createProgram({ terminal: {} } as CliWorld, () => Promise.resolve(''));
  const words = given.filter((word) => word !== '--json');
  for (let next = at.commands.find((one) => one.name() === words[0]); next !== undefined;) {
    words.shift();
    at = next;
    next = at.commands.find((one) => one.name() === words[0]);
  }
  if (words[0] === '--help') return null;
  if (at.commands.length > 0) return words.length === 0 ? null : `there is no command ${words[0] ?? ''}`;
  const { operands, unknown } = at.parseOptions(words);
  if (unknown.length > 0) return `unknown: ${unknown.join(' ')}`;
  const [least, most] = [
    at.registeredArguments.filter(({ required }) => required).length,
    at.registeredArguments.some(({ variadic }) => variadic) ? Infinity : at.registeredArguments.length,
  ];
  return operands.length < least || operands.length > most
    ? `takes other arguments than ${operands.join(' ')}`
    : null;
}

describe('what is written down', () => {
  it('is found', () => {
    expect(commands.length).toBeGreaterThan(60);
    expect(makes.length).toBeGreaterThan(30);
  });

  it.each(commands)('%s has a command that exists: %s', (_place, command) => {
    expect(complaintAbout(command)).toBeNull();
  });

  it.each(makes)('%s has a target that exists: %s', (_place, command) => {
    expect(TARGETS).toContain(wordsOf(command)[1]);
  });
});
