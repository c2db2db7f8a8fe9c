import type { CodeFormat } from '../../functions/gateway/one-time-code.ts';

/** What Auth0 must be told of the functions. */
export interface Auth0Wanted {
  readonly gatewayUrl: string;
  readonly logStreamUrl: string;
  /** All keys that the gateway accepts, newest first. */
  readonly gatewayKeys: readonly string[];
  /** All tokens that log-stream accepts, newest first. */
  readonly logStreamTokens: readonly string[];
  /** `OTP_CONNECTIONS` of log-stream; null where it is not set. */
  readonly otpConnections: string | null;
  readonly keysAreBase64: boolean;
  readonly audience: string;
  /** Empty: not checked. */
  readonly subject: string;
  readonly codes: CodeFormat;
}
