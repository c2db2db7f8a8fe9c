import type { Terminal } from '../deploy/terminal.ts';

/** Where a command speaks. */
export interface Output {
  /** Whether `--json` was given: then standard output holds one JSON value and nothing else. */
  readonly isJson: boolean;
  /** Whether there is anybody to ask. */
  readonly canAsk: boolean;
  /** Says a line to people; with `--json` it says nothing. */
  readonly say: (line: string) => void;
  /** Ends a command: the value that `--json` prints. */
  readonly result: (value: unknown) => void;
  readonly ask: (question: string) => Promise<string>;
  readonly askHidden: (question: string) => Promise<string>;
}

/** Makes the output of one run of a command; `--json` stands before or behind the name of the command. */
export type OutputOf = () => Output;

/** Creates it. */
export function createOutput(terminal: Terminal, isJson: boolean): Output {
  return {
    isJson,
    canAsk: terminal.isInteractive && !isJson,
    say: (line) => {
      if (!isJson) terminal.say(line);
    },
    result: (value) => {
      if (isJson) terminal.say(JSON.stringify(value, null, 2));
    },
    ask: (question) => terminal.ask(question),
    askHidden: (question) => terminal.askHidden(question),
  };
}
