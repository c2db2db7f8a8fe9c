import { createHmac } from 'node:crypto';
import { GATEWAY_SECRET } from './variant.ts';

/** A request, ready to be sent. */
export interface BenchRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const HEADERS = { authorization: `Bearer ${createToken()}`, 'content-type': 'application/json' };

/** What Auth0 posts to a custom SMS gateway, with its default text. */
export function loginRequest(recipient: string, code = '123456'): BenchRequest {
  const body = {
    recipient,
    body: `Your verification code is: ${code}`,
    sender: '+447700900999',
    req: { ip: '203.0.113.7', 'user-agent': 'Mozilla/5.0' },
  };
  return { headers: HEADERS, body: JSON.stringify(body) };
}

function createToken(): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'Auth0',
    sub: 'urn:Auth0',
    aud: 'urn:sms-gateway',
    iat: issuedAt,
    exp: issuedAt + 3600,
  };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', GATEWAY_SECRET).update(content).digest('base64url')}`;
}
