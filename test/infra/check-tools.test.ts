import { describe, expect, it } from '@jest/globals';
import { checkTools } from '../../tools/deploy/check-tools.ts';
import { recordCommands } from '../support/recorded-commands.ts';

const MISSING = { code: null };
const FAILED = { code: 1 };

describe('checkTools', () => {
  it('is content when everything is there', async () => {
    await expect(checkTools(recordCommands().run, 'demo-project')).resolves.toBeUndefined();
  });

  it.each([
    [
      'terraform is missing',
      /^terraform/,
      MISSING,
      /^terraform is not installed: get 1\.11 or newer from https:/,
    ],
    [
      'terraform is too old',
      /^terraform/,
      { stdout: 'Terraform v1.9.8\n' },
      /^terraform 1\.9 is too old: get/,
    ],
    [
      'another program is called terraform',
      /^terraform/,
      { stdout: 'hello' },
      /^terraform does not say its version/,
    ],
    ['gcloud is missing', /^gcloud/, MISSING, /^gcloud is not installed: get it from https:/],
    [
      'nobody is signed in',
      /^gcloud auth list/,
      { stdout: '\n' },
      /^gcloud is not signed in: run gcloud auth login\.$/,
    ],
    [
      'there are no credentials',
      /application-default/,
      FAILED,
      /^There are no credentials .* gcloud auth application-default login\.$/,
    ],
    [
      'the project cannot be seen',
      /projects describe demo-project --format=value\(projectId/,
      FAILED,
      /^The project demo-project is not there/,
    ],
    [
      'the project has no billing account',
      /^gcloud billing/,
      { stdout: 'False\n' },
      /^The project demo-project has no billing account/,
    ],
  ])('says in one sentence that %s, and what to do', async (_name, pattern, answer, sentence) => {
    const { run } = recordCommands([pattern, answer]);
    await expect(checkTools(run, 'demo-project')).rejects.toThrow(sentence);
  });

  it.each(['1.11.0', '1.12.3', '2.0.0'])('takes terraform %s', async (version) => {
    const { run } = recordCommands([/^terraform/, { stdout: `Terraform v${version}\n` }]);
    await expect(checkTools(run, 'demo-project')).resolves.toBeUndefined();
  });

  it('goes on where the account may not see the billing', async () => {
    const { run } = recordCommands([/^gcloud billing/, FAILED]);
    await expect(checkTools(run, 'demo-project')).resolves.toBeUndefined();
  });

  it('names all that is missing at once, and never the token', async () => {
    const { run, lines } = recordCommands([/^(terraform|gcloud)/, MISSING]);
    const problem = await checkTools(run, 'demo-project').catch((error: unknown) => String(error));
    expect(problem).toMatch(/terraform is not installed.*\ngcloud is not installed/);
    expect(problem).not.toContain('ya29');
    expect(lines).toEqual(['terraform version', 'gcloud --version']);
  });
});
