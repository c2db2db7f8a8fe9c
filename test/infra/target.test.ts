import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseTarget } from '../../tools/deploy/target.ts';

const VARIABLES = 'region = "europe-west1" # near the tenant\ntwilio = {\n  account_sid = "AC1"\n}\n';

describe('parseTarget', () => {
  it('finds project, environment and names', () => {
    const { secretId, ...target } = parseTarget(
      { PROJECT: 'demo-project', ENV: 'prod', YES: '1' },
      () => VARIABLES,
    );
    expect(target).toEqual({
      project: 'demo-project',
      environment: 'prod',
      region: 'europe-west1',
      prefix: 'verify',
      isConfirmed: true,
      variablesFile: 'envs/prod.tfvars',
      stateBucket: 'demo-project-verify-prod-tfstate',
    });
    expect(secretId('gateway-secrets')).toBe('verify-prod-gateway-secrets');
  });

  it.each([
    ['no environment', {}],
    ['an empty one', { ENV: '' }],
  ])('takes dev for %s', (_name, env) => {
    expect(parseTarget({ PROJECT: 'demo-project', ...env }, () => VARIABLES).environment).toBe('dev');
  });

  it.each(['0', 'yes', 'true', ''])('asks when YES is %p', (YES) => {
    expect(parseTarget({ PROJECT: 'demo-project', YES }, () => VARIABLES).isConfirmed).toBe(false);
  });

  it('takes the prefix of the file with the variables', () => {
    const target = parseTarget({ PROJECT: 'demo-project' }, () => `prefix="codes"\n${VARIABLES}`);
    expect(target.stateBucket).toBe('demo-project-codes-dev-tfstate');
  });

  it.each([
    ['no project', {}, /^PROJECT is not set: .*make deploy PROJECT=my-project/],
    ['the name of a project', { PROJECT: 'My Project' }, /^PROJECT must be the id/],
    ['an environment that no name may hold', { PROJECT: 'demo-project', ENV: 'Prod-1' }, /^ENV must be/],
  ])('refuses %s in a sentence', (_name, env, sentence) => {
    expect(() => parseTarget(env, () => VARIABLES)).toThrow(sentence);
  });

  it('names all that is wrong at once', () => {
    expect(() => parseTarget({ ENV: 'P' }, () => VARIABLES)).toThrow(/^PROJECT is not set.*\nENV must be/);
  });

  it('says which file to copy when there are no variables', () => {
    const sentence =
      'There is no infra/envs/dev.tfvars: copy infra/envs/dev.tfvars.example there and fill it in.';
    expect(() => parseTarget({ PROJECT: 'demo-project' }, () => null)).toThrow(sentence);
  });

  it('refuses a file that names no region', () => {
    expect(() => parseTarget({ PROJECT: 'demo-project' }, () => '')).toThrow(/names no region/);
  });

  it.each(['1', '2'])(
    'refuses the key …%s of the example, which only those may have who make keys',
    (digit) => {
      const read = (): string => `${VARIABLES}  gateway_api_key_sid = "SK${'0'.repeat(31)}${digit}"\n`;
      expect(() => parseTarget({ PROJECT: 'demo-project' }, read)).toThrow(
        'infra/envs/dev.tfvars still holds the identifiers of the example: fill in those of Twilio.',
      );
      const target = parseTarget({ PROJECT: 'demo-project' }, read, { isBeforeKeys: true });
      expect(target.project).toBe('demo-project');
    },
  );

  it.each(['dev', 'prod'])('refuses the example of %s as it stands', (environment) => {
    const example = path.join(
      import.meta.dirname,
      '..',
      '..',
      'infra',
      'envs',
      `${environment}.tfvars.example`,
    );
    const read = (): string => readFileSync(example, 'utf8');
    expect(() => parseTarget({ PROJECT: 'demo-project' }, read)).toThrow(
      /still holds the identifiers of the example/,
    );
  });
});
