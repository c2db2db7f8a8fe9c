/** Why a deploy stops, in sentences for the person who started it; there is nothing to see in its stack. */
export class DeployFailure extends Error {
  constructor(...sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'DeployFailure';
  }
}
