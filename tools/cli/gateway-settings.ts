import { ConfigurationFault, readEnvironment } from '../../functions/adapters/environment.ts';
import { readGatewayConfig, type GatewayConfig } from '../../functions/gateway/config.ts';
import { CliProblem } from './cli-problem.ts';

/** Stand in for what a person at a terminal need not say. */
const NOT_ASKED = {
  GOOGLE_CLOUD_PROJECT: 'not-asked',
  TWILIO_ACCOUNT_SID: 'AC0',
  TWILIO_API_KEY_SID: 'SK0',
  TWILIO_VERIFY_SERVICE_SID: 'VA0',
};

/**
 * What the gateway would make of an environment, defaults included: the same reader as in the cloud.
 *
 * @throws CliProblem naming every setting that the gateway would refuse
 */
export function gatewaySettingsIn(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  try {
    const read = readEnvironment({ ...NOT_ASKED, ...withoutEmpty(env) });
    const config = readGatewayConfig(read);
    read.finish();
    return config;
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    throw new CliProblem(`The gateway would not start: ${error.problems.join('; ')}.`);
  }
}

/** An empty subject or list of limits is a setting; everything else that is empty is absent. */
function withoutEmpty(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => value !== '' || name === 'GATEWAY_JWT_SUBJECT' || name === 'RATE_LIMITS',
    ),
  );
}
