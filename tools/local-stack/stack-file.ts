import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StackProblem } from './stack-problem.ts';

/** The secrets of the local stack: random, and good for nothing elsewhere. */
export interface StackKeys {
  readonly gatewaySecret: string;
  readonly logStreamToken: string;
  readonly numberHashKey: string;
}

/** Where the parts of a running stack are. */
export interface RunningStack {
  readonly gatewayUrl: string;
  /** Null with Twilio itself. */
  readonly simulatorUrl: string | null;
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly firestoreHost: string;
  readonly project: string;
  /** The processes by name, `stack` among them. */
  readonly pids: Readonly<Record<string, number>>;
}

/** The file by which `make trigger` and its like find the stack. Readable by its owner only. */
export interface StackFile {
  /** The keys: made at the first call ever, the same from then on. */
  keys(): StackKeys;
  /** The stack that was published and not withdrawn, or null. */
  running(): RunningStack | null;
  publish(stack: RunningStack): void;
  /** Says that it no longer runs, unless another stack has published itself since. */
  withdraw(stack: RunningStack): void;
}

interface Content {
  readonly keys: StackKeys;
  readonly running: RunningStack | null;
}

const KEY_BYTES = 32;
const KEY = /^[\w-]{43}$/;

/**
 * Opens the file; it need not be there.
 *
 * @param file - its path; folders are made as needed
 * @param newKey - default: 32 random bytes as base64url, which make a good key as text and decoded alike
 */
export function openStackFile(
  file: string,
  newKey: () => string = () => randomBytes(KEY_BYTES).toString('base64url'),
): StackFile {
  const read = (): Content | null => {
    const text = readIfThere(file);
    return text === null ? null : parse(text, file);
  };
  const write = (content: Content): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    // Renamed into place, so that nobody reads half of it.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  };
  const keys = (): StackKeys => {
    const content = read();
    if (content !== null) return content.keys;
    const made = { gatewaySecret: newKey(), logStreamToken: newKey(), numberHashKey: newKey() };
    write({ keys: made, running: null });
    return made;
  };
  return {
    keys,
    running: () => read()?.running ?? null,
    publish: (running) => write({ keys: keys(), running }),
    withdraw: ({ pids }) => {
      const content = read();
      if (content?.running?.pids['stack'] === pids['stack']) write({ keys: keys(), running: null });
    },
  };
}

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function parse(text: string, file: string): Content {
  try {
    const content: unknown = JSON.parse(text);
    const keys = member(content, 'keys');
    const running = member(content, 'running');
    return { keys: parseKeys(keys), running: running === null ? null : parseRunning(running) };
  } catch (cause) {
    throw new StackProblem(`${file} cannot be read: delete it, and the next start makes a new one.`, {
      cause,
    });
  }
}

function parseKeys(keys: unknown): StackKeys {
  const key = (name: string): string => {
    const value = member(keys, name);
    if (typeof value !== 'string' || !KEY.test(value)) throw new TypeError('not a key');
    return value;
  };
  return {
    gatewaySecret: key('gatewaySecret'),
    logStreamToken: key('logStreamToken'),
    numberHashKey: key('numberHashKey'),
  };
}

function parseRunning(running: unknown): RunningStack {
  const text = (name: string): string => {
    const value = member(running, name);
    if (typeof value !== 'string') throw new TypeError('not a text');
    return value;
  };
  const pids = Object.entries(Object(member(running, 'pids')) as Record<string, unknown>);
  return {
    gatewayUrl: text('gatewayUrl'),
    simulatorUrl: member(running, 'simulatorUrl') === null ? null : text('simulatorUrl'),
    firestoreHost: text('firestoreHost'),
    project: text('project'),
    pids: Object.fromEntries(pids.map(([name, pid]) => [name, Number(pid)])),
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  const found: unknown = Reflect.get(value, name);
  return found;
}
