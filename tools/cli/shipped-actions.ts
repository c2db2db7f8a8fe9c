import type { Auth0Wanted } from './auth0-wanted.ts';
import { CliProblem } from './cli-problem.ts';
import type { ShippedAction } from './plan-action.ts';

/** The Actions of the folder `auth0/`, with the secrets that they need. */
export interface ShippedActions {
  readonly phone: ShippedAction;
  readonly feedback: ShippedAction;
}

/**
 * Reads them.
 *
 * @param readText - the text of a file, by its path from the folder of the project
 * @throws CliProblem when a file is missing
 */
export function shippedActions(
  wanted: Auth0Wanted,
  readText: (file: string) => string | null,
): ShippedActions {
  const codeOf = (file: string): string => {
    const text = readText(`auth0/${file}`);
    if (text === null) throw new CliProblem(`auth0/${file} is missing: run this from the repository.`);
    return text;
  };
  const [key = ''] = wanted.gatewayKeys;
  const [token = ''] = wanted.logStreamTokens;
  return {
    phone: {
      name: 'verify-gateway-phone',
      trigger: 'custom-phone-provider',
      triggerVersion: 'v1',
      code: codeOf('custom-phone-provider.js'),
      secrets: {
        GATEWAY_URL: wanted.gatewayUrl,
        GATEWAY_SECRET: key,
        ...(wanted.keysAreBase64 ? { GATEWAY_SECRET_BASE64: 'true' } : {}),
      },
    },
    feedback: {
      name: 'verify-gateway-feedback',
      trigger: 'post-login',
      triggerVersion: 'v3',
      code: codeOf('post-login.js'),
      secrets: {
        LOG_STREAM_URL: wanted.logStreamUrl,
        LOG_STREAM_TOKEN: token,
        ...(wanted.otpConnections === null ? {} : { OTP_CONNECTIONS: wanted.otpConnections }),
      },
    },
  };
}
