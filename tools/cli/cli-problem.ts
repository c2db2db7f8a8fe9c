/** Why a command cannot be carried out, in a sentence for the person at the terminal. */
export class CliProblem extends Error {
  /** What the command exits with; default 2, it was not done or not found out. */
  readonly exitCode: number;

  constructor(sentence: string, { exitCode = 2, cause }: { exitCode?: number; cause?: unknown } = {}) {
    super(sentence, { cause });
    this.name = 'CliProblem';
    this.exitCode = exitCode;
  }
}
