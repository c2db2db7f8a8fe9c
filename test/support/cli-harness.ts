import { runCli } from '../../tools/cli/run-cli.ts';
import type { CliWorld } from '../../tools/cli/cli-world.ts';
import { recordCommands } from './recorded-commands.ts';

/** What a command line did. */
export interface CliRun {
  readonly exitCode: number;
  /** Standard output. */
  readonly text: string;
  /** Standard error. */
  readonly complaint: string;
}

/** The world of the commands, in a test's hands. */
export interface CliHarness {
  /** May be changed between two runs. */
  readonly env: Record<string, string>;
  /** Files by path; those of the repository itself are read where a test gives none. */
  readonly files: Map<string, string>;
  /** Answers to questions, in their order; nobody is there to ask while it is empty. */
  readonly answers: string[];
  readonly run: (...args: readonly string[]) => Promise<CliRun>;
}

/** Creates it; what is not given must not be used. */
export function createCliHarness(given: Partial<CliWorld> = {}): CliHarness {
  const env: Record<string, string> = {};
  const files = new Map<string, string>();
  const answers: string[] = [];
  const unwanted = (): never => {
    throw new Error('this test has no Google Cloud');
  };
  const run = async (...args: readonly string[]): Promise<CliRun> => {
    const lines: string[] = [];
    const complaints: string[] = [];
    let exitCode = 0;
    const ask = (question: string): Promise<string> => {
      lines.push(question);
      return Promise.resolve(answers.shift() ?? '');
    };
    const world: CliWorld = {
      env,
      terminal: {
        isInteractive: answers.length > 0,
        say: (line) => void lines.push(line),
        ask,
        askHidden: ask,
      },
      run: recordCommands().run,
      now: () => new Date(),
      readText: (file) => files.get(file) ?? null,
      writeText: (file, text) => void files.set(file, text),
      openGoogle: unwanted,
      openSecrets: unwanted,
      ...given,
      exit: (code) => void (exitCode = code),
    };
    const accessToken = (): Promise<string> => Promise.resolve('a-token');
    await runCli(args, world, { accessToken, complain: (text) => void complaints.push(text) });
    return { exitCode, text: lines.join('\n'), complaint: complaints.join('\n') };
  };
  return { env, files, answers, run };
}
