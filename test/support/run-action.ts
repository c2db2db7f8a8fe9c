import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/** What an Action did with the notification, in the words of Auth0's `api.notification`; null: it returned. */
export type ActionEnd = { readonly call: 'retry' | 'drop'; readonly reason: string } | null;

/** How a run ended. */
export interface ActionRun {
  readonly end: ActionEnd;
  /** What it wrote to the console. */
  readonly output: readonly string[];
}

type Action = (event: unknown, api: unknown) => Promise<void>;

const ALLOWED_MODULES: ReadonlySet<string> = new Set(['node:crypto']);

/**
 * Runs an Action that we ship as Auth0 does: the file alone, as CommonJS, with Node's own modules and nothing else.
 *
 * @param file - below `auth0/`
 * @param name - the export that the trigger calls
 */
export async function runAction(file: string, name: string, event: unknown): Promise<ActionRun> {
  const output: string[] = [];
  const write = (...words: unknown[]): void => void output.push(words.map(String).join(' '));
  const action = loadAction(file, name, { log: write, warn: write, error: write });
  const ends: ActionEnd[] = [];
  const api = {
    notification: {
      retry: (reason: string) => ends.push({ call: 'retry', reason }),
      drop: (reason: string) => ends.push({ call: 'drop', reason }),
    },
  };
  await action(event, api);
  if (ends.length > 1) throw new Error('the Action decided twice');
  return { end: ends[0] ?? null, output };
}

function loadAction(file: string, name: string, console: object): Action {
  const source = readFileSync(path.resolve(import.meta.dirname, '..', '..', 'auth0', file), 'utf8');
  const nodeRequire = createRequire(import.meta.url);
  const require = (id: string): unknown => {
    if (!ALLOWED_MODULES.has(id)) throw new Error(`an Action has no package ${id}`);
    return nodeRequire(id);
  };
  const exports: Record<string, Action> = {};
  const { Buffer, AbortSignal, setTimeout } = globalThis;
  const context = {
    require,
    exports,
    console,
    Buffer,
    AbortSignal,
    setTimeout,
    fetch: globalThis.fetch,
    Date,
    Error,
  };
  vm.runInNewContext(source, context, { filename: file });
  const action = exports[name];
  if (action === undefined) throw new Error(`${file} exports no ${name}`);
  return action;
}
