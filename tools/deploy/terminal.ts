import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { DeployFailure } from './deploy-failure.ts';

/** The person in front of the screen. */
export interface Terminal {
  /** Whether there is anybody to ask. */
  readonly isInteractive: boolean;
  readonly say: (text: string) => void;
  /** Asks, and shows what is typed. Throws DeployFailure where the person leaves instead. */
  ask(question: string): Promise<string>;
  /** Asks, and shows nothing of what is typed. */
  askHidden(question: string): Promise<string>;
}

/** Where the person types and reads. */
export interface TerminalOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/** Creates it: usually from `process.stdin` and `process.stdout`. */
export function createTerminal({ input, output }: TerminalOptions): Terminal {
  const say = (text: string): void => void output.write(`${text}\n`);
  const askVia = async (question: string, echo: NodeJS.WritableStream): Promise<string> => {
    output.write(question);
    // A terminal, so that this process and not the system echoes each key.
    const lines = createInterface({ input, output: echo, terminal: input.isTTY === true });
    // Ctrl-C and the end of the input close it; without this the question would stay open for ever.
    const closed = new AbortController();
    lines.once('close', () => closed.abort());
    try {
      return (await lines.question('', { signal: closed.signal })).trim();
    } catch (error) {
      if (closed.signal.aborted) throw new DeployFailure('Stopped: the question was not answered.');
      throw error;
    } finally {
      lines.close();
    }
  };
  return {
    isInteractive: input.isTTY === true,
    say,
    ask: (question) => askVia(question, output),
    askHidden: async (question) => {
      const answer = await askVia(question, new Writable({ write: (_chunk, _encoding, done) => done() }));
      say('');
      return answer;
    },
  };
}
