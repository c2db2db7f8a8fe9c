import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../functions/domain/refusal.ts';

describe('Refusal', () => {
  it('has a code, and says no more than that', () => {
    const refusal = new Refusal('blocked');

    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({
      name: 'Refusal',
      message: 'blocked',
      code: 'blocked',
      retryAfterSeconds: undefined,
      twilioCode: undefined,
    });
    expect(refusal.cause).toBeUndefined();
  });

  it('keeps what Twilio said in numbers', () => {
    const refusal = new Refusal('rate_limited', { retryAfterSeconds: 30, twilioCode: 20429 });

    expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 30, twilioCode: 20429 });
  });
});
