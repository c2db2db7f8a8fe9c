import { randomInt } from 'node:crypto';
import { SignJWT } from 'jose';
import { StackProblem } from './stack-problem.ts';
import { variableIn } from './variable-in.ts';

/** The code that Auth0 would have made, and the request that would carry it. */
export interface Auth0Request {
  readonly code: string;
  /** As Auth0 posts it. */
  readonly body: {
    readonly recipient: string;
    readonly body: string;
    readonly sender: string;
    readonly req: { readonly ip: string; readonly 'user-agent': string };
  };
}

const DEFAULT_TEMPLATE = 'Your verification code is: {{ code }}';
// The names that Auth0's two template languages have for the code.
const CODE_MACRO = /\{\{\s*(?:code|password)\s*\}\}|@@(?:code|password)@@/g;
// A number and an address of ranges that are reserved for documentation.
const SENDER = '+447700900999';
const CLIENT_IP = '203.0.113.7';
const TOKEN_SECONDS = 300;

/**
 * Builds what Auth0's custom SMS gateway connection sends.
 *
 * @param env - `PHONE`; `CODE` (default: six random digits); `TEMPLATE`, with `{{ code }}` or `@@password@@` where the
 *   code goes (default: a sentence); `CHANNEL`, which a template made for machines asks for
 * @throws StackProblem when `PHONE` is missing, or both `TEMPLATE` and `CHANNEL` are there
 */
export function buildAuth0Request(
  env: Readonly<Record<string, string | undefined>>,
  makeCode: () => string = () => String(randomInt(1_000_000)).padStart(6, '0'),
): Auth0Request {
  const recipient = variableIn(env, 'PHONE');
  const ownTemplate = variableIn(env, 'TEMPLATE');
  const channel = variableIn(env, 'CHANNEL');
  if (recipient === undefined)
    throw new StackProblem('PHONE is missing, as in: make trigger PHONE=+447700900001');
  if (ownTemplate !== undefined && channel !== undefined) {
    throw new StackProblem('Use TEMPLATE or CHANNEL: a channel is asked for by a template of its own.');
  }
  const code = variableIn(env, 'CODE') ?? makeCode();
  const template = ownTemplate ?? (channel === undefined ? DEFAULT_TEMPLATE : `c={{ code }}\nch=${channel}`);
  const text = template.replace(CODE_MACRO, () => code);
  const req = { ip: CLIENT_IP, 'user-agent': 'make trigger' };
  return { code, body: { recipient, body: text, sender: SENDER, req } };
}

/** Signs the token that such a request carries: of Auth0, for the gateway, good for five minutes. */
export function signAuth0Token(secret: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('Auth0')
    .setSubject('urn:Auth0')
    .setAudience('urn:sms-gateway')
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_SECONDS}s`)
    .sign(Buffer.from(secret));
}
