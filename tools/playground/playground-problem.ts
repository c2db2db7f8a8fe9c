/** Why the page cannot have what it asked for, in a sentence for the person in front of it. */
export class PlaygroundProblem extends Error {
  /** HTTP. */
  readonly status: number;

  /** @param status - default 400: what was asked is wrong */
  constructor(sentence: string, status = 400) {
    super(sentence);
    this.name = 'PlaygroundProblem';
    this.status = status;
  }
}
