/** Why the local stack cannot do what it was asked for, in a sentence for the person who asked: at the terminal, or at the page. */
export class StackProblem extends Error {
  constructor(sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options);
    this.name = 'StackProblem';
  }
}
