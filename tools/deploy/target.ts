import { DeployFailure } from './deploy-failure.ts';

/** What is deployed where. */
export interface Target {
  readonly project: string;
  /** `dev`, `prod` or another short name: part of every name, and of the file with the variables. */
  readonly environment: string;
  readonly region: string;
  /** First part of every name. */
  readonly prefix: string;
  /** Whether to go on without asking. */
  readonly isConfirmed: boolean;
  /** Path of the file with the variables, from the folder `infra`. */
  readonly variablesFile: string;
  /** The bucket with the state of both roots. */
  readonly stateBucket: string;
  /** The whole id of a secret, from its short name. */
  readonly secretId: (name: string) => string;
}

/** As the examples have them: zeros, the keys with a last digit of their own. */
const EXAMPLE = /"(?:AC|VA)0{32}"/;
const EXAMPLE_KEY = /"SK0{31}\d"/;
const NAME = /^[a-z][a-z0-9]{1,7}$/;
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/**
 * Finds out what is meant.
 *
 * @param env - `PROJECT`, `ENV` (default `dev`), `YES` (`1`: do not ask)
 * @param readVariables - the text of a file in `infra`, by its path from there; null when it is not there
 * @param options - `isBeforeKeys`: the keys of the functions may still be those of the example, as they are while the
 *   rest is set up; nothing can be deployed so
 * @throws DeployFailure with a sentence for each thing that is wrong
 */
export function parseTarget(
  env: Readonly<Record<string, string | undefined>>,
  readVariables: (file: string) => string | null,
  options: { readonly isBeforeKeys?: boolean } = {},
): Target {
  const project = env['PROJECT'] ?? '';
  const environment = env['ENV'] === undefined || env['ENV'] === '' ? 'dev' : env['ENV'];
  const problems: string[] = [];
  if (project === '')
    problems.push('PROJECT is not set: say which one, as in make deploy PROJECT=my-project ENV=dev.');
  else if (!PROJECT.test(project)) problems.push('PROJECT must be the id of a Google Cloud project.');
  if (!NAME.test(environment))
    problems.push('ENV must be 2 to 8 lower-case letters and digits, such as dev or prod.');
  if (problems.length > 0) throw new DeployFailure(...problems);

  const variablesFile = `envs/${environment}.tfvars`;
  const text = readVariables(variablesFile);
  if (text === null) {
    throw new DeployFailure(
      `There is no infra/${variablesFile}: copy infra/envs/${environment === 'prod' ? 'prod' : 'dev'}.tfvars.example there and fill it in.`,
    );
  }
  if (EXAMPLE.test(text) || (options.isBeforeKeys !== true && EXAMPLE_KEY.test(text))) {
    throw new DeployFailure(
      `infra/${variablesFile} still holds the identifiers of the example: fill in those of Twilio.`,
    );
  }
  const region = readText(text, 'region');
  if (region === undefined) throw new DeployFailure(`infra/${variablesFile} names no region.`);
  const prefix = readText(text, 'prefix') ?? 'verify';
  const name = `${prefix}-${environment}`;
  return {
    project,
    environment,
    region,
    prefix,
    isConfirmed: env['YES'] === '1',
    variablesFile,
    stateBucket: `${project}-${name}-tfstate`,
    secretId: (secret) => `${name}-${secret}`,
  };
}

/** A plain text of a file with variables: the two that bootstrap needs as well, so that they are written once. */
function readText(variables: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*=\\s*"([^"$]*)"\\s*(?:#.*)?$`, 'm').exec(variables)?.[1];
}
