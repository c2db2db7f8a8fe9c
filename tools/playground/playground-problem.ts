/** Why the page cannot have what it asked for, in a sentence for the person in front of it. */
export class PlaygroundProblem extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'PlaygroundProblem';
  }
}
