import { describe, expect, it } from '@jest/globals';
import { Fault, type FaultCode } from '../../../functions/domain/fault.ts';
import { Refusal, type RefusalCode } from '../../../functions/domain/refusal.ts';
import { answerFailure, answerSuccess, failureCodeOf } from '../../../functions/http/answer.ts';

const ID = '00000000-0000-4000-8000-000000000000';

describe('answerSuccess', () => {
  it.each(['sent', 'duplicate', 'suppressed', 'processed'] as const)('answers 200 %s in JSON', (code) => {
    expect(answerSuccess(code, ID)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, requestId: ID }),
    });
  });
});

describe('answerFailure', () => {
  const refusals: readonly (readonly [RefusalCode, number])[] = [
    ['malformed_request', 400],
    ['invalid_recipient', 400],
    ['unauthenticated', 401],
    ['blocked', 403],
    ['blocked_by_provider', 403],
    ['method_not_allowed', 405],
    ['content_too_large', 413],
    ['unsupported_encoding', 415],
    ['code_not_found', 422],
    ['not_a_code', 422],
    ['channel_not_possible', 422],
    ['rate_limited', 429],
  ];
  const faults: readonly (readonly [FaultCode, number])[] = [
    ['internal', 500],
    ['misconfigured', 500],
    ['provider_error', 502],
    ['unavailable', 503],
    ['provider_timeout', 504],
  ];
  const errors = [
    ...refusals.map(([code, status]) => [code, status, new Refusal(code)] as const),
    ...faults.map(([code, status]) => [code, status, new Fault(code)] as const),
  ];

  it.each(errors)('answers %s with %i as a problem', (code, status, error) => {
    const answer = answerFailure(error, ID);
    const body = JSON.parse(answer.body) as Record<string, unknown>;

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'code', 'requestId']);
    expect(body).toMatchObject({ status, code, requestId: ID });
  });

  it('answers 401 to authentication alone, and names the scheme', () => {
    const unauthorized = errors
      .map(([, , error]) => answerFailure(error, ID))
      .filter(({ status }) => status === 401);

    expect(unauthorized).toHaveLength(1);
    expect(unauthorized[0]?.headers).toEqual({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer',
    });
  });

  it.each([
    ['an error', new TypeError('secret')],
    ['a text', 'secret'],
    ['an object that looks like a refusal', { name: 'Refusal', code: 'blocked', message: 'secret' }],
    ['nothing', undefined],
  ])('answers 500 internal to %s, without a word of it', (_name, thrown) => {
    const answer = answerFailure(thrown, ID);

    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'internal' });
    expect(answer.body).not.toContain('secret');
  });

  it.each([
    [30, '30'],
    [0.2, '1'],
    [0, '1'],
    [-5, '1'],
    [29.1, '30'],
  ])('asks to come back after %d s with %j', (retryAfterSeconds, expected) => {
    expect(answerFailure(new Refusal('rate_limited', { retryAfterSeconds }), ID).headers['retry-after']).toBe(
      expected,
    );
    expect(answerFailure(new Fault('unavailable', { retryAfterSeconds }), ID).headers['retry-after']).toBe(
      expected,
    );
  });

  it('does not say when to come back where that is not known', () => {
    expect(answerFailure(new Refusal('rate_limited'), ID).headers).not.toHaveProperty('retry-after');
  });

  it('says nothing of numbers or causes', () => {
    const fault = new Fault('provider_error', { cause: new Error('secret'), twilioCode: 60410 });

    expect(answerFailure(fault, ID).body).not.toMatch(/secret|60410/);
  });
});

describe('failureCodeOf', () => {
  it.each([
    [new Refusal('blocked'), 'blocked'],
    [new Fault('unavailable'), 'unavailable'],
    [new Error('blocked'), 'internal'],
    [null, 'internal'],
  ])('calls %s %s', (error, code) => {
    expect(failureCodeOf(error)).toBe(code);
  });
});
