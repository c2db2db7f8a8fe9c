import type { CliWorld } from './cli-world.ts';
import { identifierInFile } from './identifier-in-file.ts';
import { variableInFile } from './variable-in-file.ts';
import { variablesText } from './variables-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is known of Twilio: the environment, and where that is silent the variables of `infra/envs/ENV.tfvars`, so that an
 * identifier is written once.
 */
export function twilioEnvironment({ env, readText }: Pick<CliWorld, 'env' | 'readText'>): Environment {
  const text = variablesText({ env, readText });
  const given = (name: string, variable: string): string | undefined =>
    env[name] === undefined || env[name] === '' ? identifierInFile(text, variable) : env[name];
  return {
    ...env,
    TWILIO_ACCOUNT_SID: given('TWILIO_ACCOUNT_SID', 'account_sid'),
    TWILIO_VERIFY_SERVICE_SID: given('TWILIO_VERIFY_SERVICE_SID', 'verify_service_sid'),
    RATE_LIMITS: env['RATE_LIMITS'] ?? variableInFile(text, 'RATE_LIMITS'),
  };
}
