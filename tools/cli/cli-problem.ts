/** Why a command cannot be carried out, in a sentence for the person at the terminal. */
export class CliProblem extends Error {
  constructor(sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'CliProblem';
  }
}
