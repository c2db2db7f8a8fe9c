import type { Severity } from '../http/log.ts';
import type { Environment } from './environment.ts';

/** What every function is told. */
export interface SharedEnvironment {
  readonly logLevel: Severity;
  readonly twilio: {
    readonly accountSid: string;
    readonly apiKeySid: string;
    readonly verifyServiceSid: string;
    /** One origin for Verify and Lookup; undefined for Twilio's own. */
    readonly baseUrl: string | undefined;
  };
}

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical'] as const;
const SEVERITY: Readonly<Record<(typeof LEVELS)[number], Severity>> = {
  debug: 'DEBUG',
  info: 'INFO',
  notice: 'NOTICE',
  warning: 'WARNING',
  error: 'ERROR',
  critical: 'CRITICAL',
};
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Reads it. A secret is not among it: see `secret-files.ts`. */
export function readSharedEnvironment(read: Environment): SharedEnvironment {
  return {
    logLevel: SEVERITY[read.oneOf('LOG_LEVEL', LEVELS, 'info')],
    twilio: {
      accountSid: read.required('TWILIO_ACCOUNT_SID', /^AC\w+$/),
      apiKeySid: read.required('TWILIO_API_KEY_SID', /^SK\w+$/),
      verifyServiceSid: read.required('TWILIO_VERIFY_SERVICE_SID', /^VA\w+$/),
      baseUrl: readBaseUrl(read),
    },
  };
}

function readBaseUrl(read: Environment): string | undefined {
  const text = read.optional('TWILIO_API_BASE_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : null;
  // Neither path nor query, and no credential, which belongs into a secret.
  const isOrigin = url !== null && url.href === `${url.origin}/`;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (!isOrigin || !isSafe) {
    read.fault('TWILIO_API_BASE_URL must be an origin such as https://example.com; http only on loopback');
    return undefined;
  }
  return url.origin;
}
