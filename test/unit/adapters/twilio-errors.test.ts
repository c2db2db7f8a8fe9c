import { describe, expect, it } from '@jest/globals';
import { HttpFailure, type HttpFailureKind } from '../../../functions/adapters/http-client.ts';
import { translateTwilioError } from '../../../functions/adapters/twilio-errors.ts';
import { TwilioFailure } from '../../../functions/adapters/twilio-transport.ts';
import { Fault } from '../../../functions/domain/fault.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';

describe('an error of Verify', () => {
  it.each([
    [60202, 429, 'rate_limited'],
    [60203, 429, 'rate_limited'],
    [60205, 403, 'channel_not_possible'],
    [60212, 429, 'rate_limited'],
    [60220, 400, 'blocked_by_provider'],
    [60226, 400, 'blocked_by_provider'],
    [60238, 403, 'blocked_by_provider'],
    [60238, 400, 'blocked_by_provider'],
    [60410, 403, 'blocked_by_provider'],
    [60410, 429, 'blocked_by_provider'],
    [60412, 403, 'blocked_by_provider'],
    [60413, 403, 'blocked_by_provider'],
    [60605, 403, 'blocked_by_provider'],
    [20429, 429, 'rate_limited'],
    [25109, 429, 'rate_limited'],
  ])('%d with status %d is the refusal %s', (code, status, expected) => {
    const error = translateTwilioError(new TwilioFailure({ status, code, retryAfterSeconds: 30 }));

    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: expected, twilioCode: code, retryAfterSeconds: 30 });
    expect(error.cause).toBeUndefined();
  });

  it.each([
    [20003, 401, 'misconfigured'],
    [20003, 403, 'misconfigured'],
    [20404, 404, 'misconfigured'],
    [60204, 403, 'misconfigured'],
    [60207, 400, 'misconfigured'],
    [60208, 400, 'misconfigured'],
    [60209, 400, 'misconfigured'],
    [60210, 400, 'misconfigured'],
    [60211, 400, 'misconfigured'],
    [60214, 400, 'misconfigured'],
    [60217, 400, 'misconfigured'],
    [60218, 400, 'misconfigured'],
    [60219, 400, 'misconfigured'],
    [60222, 403, 'misconfigured'],
    [60223, 400, 'misconfigured'],
    [60227, 400, 'misconfigured'],
    [60242, 400, 'misconfigured'],
    [60245, 400, 'misconfigured'],
    [60245, 429, 'misconfigured'],
    [60248, 400, 'misconfigured'],
    [60250, 400, 'misconfigured'],
    [60408, 400, 'misconfigured'],
    [60603, 400, 'misconfigured'],
    [60604, 400, 'misconfigured'],
    [60735, 400, 'misconfigured'],
    [20500, 500, 'provider_error'],
    [20503, 503, 'provider_error'],
  ])('%d with status %d is the fault %s', (code, status, expected) => {
    const failure = new TwilioFailure({ status, code });
    const error = translateTwilioError(failure);

    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ code: expected, twilioCode: code, cause: failure });
  });

  it('60200 is the recipient where Twilio names the recipient', () => {
    const error = translateTwilioError(new TwilioFailure({ status: 400, code: 60200, parameter: 'To' }));

    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: 'invalid_recipient', twilioCode: 60200 });
  });

  it.each(['DeviceIp', 'RateLimits', 'CustomCode', null])(
    '60200 is our fault where it names %s',
    (parameter) => {
      const error = translateTwilioError(new TwilioFailure({ status: 400, code: 60200, parameter }));

      expect(error).toBeInstanceOf(Fault);
      expect(error).toMatchObject({ code: 'misconfigured', twilioCode: 60200 });
    },
  );

  it.each([
    [302, 'provider_error'],
    [400, 'misconfigured'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
    [408, 'provider_timeout'],
    [422, 'misconfigured'],
    [429, 'rate_limited'],
    [500, 'provider_error'],
    [502, 'provider_error'],
    [503, 'provider_error'],
    [504, 'provider_error'],
    [599, 'provider_error'],
  ])('that is unknown is judged by status: %d is %s', (status, expected) => {
    expect(translateTwilioError(new TwilioFailure({ status, code: 69_999 }))).toMatchObject({
      code: expected,
      twilioCode: 69_999,
    });
    expect(translateTwilioError(new TwilioFailure({ status }))).toMatchObject({
      code: expected,
      twilioCode: undefined,
      retryAfterSeconds: undefined,
    });
  });

  it.each<[HttpFailureKind, string]>([
    ['unreachable', 'provider_error'],
    ['timeout', 'provider_timeout'],
    ['interrupted', 'provider_timeout'],
    ['too_large', 'provider_timeout'],
  ])('that is none, but a connection that is %s, is the fault %s', (kind, expected) => {
    const failure = new HttpFailure(kind);

    expect(translateTwilioError(failure)).toMatchObject({ code: expected, cause: failure });
  });
});
