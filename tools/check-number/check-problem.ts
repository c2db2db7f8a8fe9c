/** Why nothing can be said about a number, in a sentence for the person at the terminal. */
export class CheckProblem extends Error {
  constructor(sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'CheckProblem';
  }
}
