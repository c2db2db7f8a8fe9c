import { describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { buildAuth0Request, signAuth0Token } from '../../../tools/local-stack/auth0-request.ts';
import { StackProblem } from '../../../tools/local-stack/stack-problem.ts';

const PHONE = '+447700900001';
const SECRET = 'a-secret-of-thirty-two-bytes-or-more';

function build(env: Readonly<Record<string, string>> = {}) {
  return buildAuth0Request({ PHONE, ...env }, () => '000042');
}

describe("what Auth0's connection sends", () => {
  it('names the recipient as it was typed, a sender and the client', () => {
    expect(build({ PHONE: '+44 7700 900001' }).body).toEqual({
      recipient: '+44 7700 900001',
      body: 'Your verification code is: 000042',
      sender: '+447700900999',
      req: { ip: '203.0.113.7', 'user-agent': 'make trigger' },
    });
  });

  it.each([
    ['a code that was asked for', { CODE: '654321' }, 'Your verification code is: 654321'],
    ['the name of Liquid', { TEMPLATE: '{{ code }} is yours' }, '000042 is yours'],
    ['the name of Liquid without spaces', { TEMPLATE: '{{code}} is yours' }, '000042 is yours'],
    ['the other name of Liquid', { TEMPLATE: '{{ password }} is yours' }, '000042 is yours'],
    ['the names of macros', { TEMPLATE: '@@password@@ @@code@@' }, '000042 000042'],
    ['a template without a code', { TEMPLATE: 'hello' }, 'hello'],
    ['a code that looks like a replacement', { CODE: '$&', TEMPLATE: '{{code}}' }, '$&'],
    ['a channel', { CHANNEL: 'call' }, 'c=000042\nch=call'],
    ['empty values', { CODE: '', TEMPLATE: '', CHANNEL: '' }, 'Your verification code is: 000042'],
  ])('writes the text with %s', (_name, env, text) => {
    expect(build(env).body.body).toBe(text);
  });

  it('makes a code of six digits', () => {
    expect(buildAuth0Request({ PHONE }).code).toMatch(/^\d{6}$/);
  });

  it.each([
    ['no phone', { PHONE: '' }, 'PHONE is missing'],
    ['a template and a channel', { TEMPLATE: 'x', CHANNEL: 'call' }, 'TEMPLATE or CHANNEL'],
  ])('refuses %s', (_name, env, problem) => {
    expect(() => build(env)).toThrow(StackProblem);
    expect(() => build(env)).toThrow(problem);
  });
});

describe('its token', () => {
  it('is signed by HS256 for the gateway and ends after five minutes', async () => {
    const token = await signAuth0Token(SECRET);
    const { payload, protectedHeader } = await jwtVerify(token, Buffer.from(SECRET), {
      algorithms: ['HS256'],
      audience: 'urn:sms-gateway',
      subject: 'urn:Auth0',
    });

    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload.iss).toBe('Auth0');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });
});
