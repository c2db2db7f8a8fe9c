import { describe, expect, it } from '@jest/globals';
import { Fault } from '../../../functions/domain/fault.ts';

describe('Fault', () => {
  it('has a code, and says no more than that', () => {
    const fault = new Fault('unavailable');

    expect(fault).toBeInstanceOf(Error);
    expect(fault).toMatchObject({
      name: 'Fault',
      message: 'unavailable',
      code: 'unavailable',
      retryAfterSeconds: undefined,
      twilioCode: undefined,
    });
    expect(fault.cause).toBeUndefined();
  });

  it('keeps the cause, and what Twilio said in numbers', () => {
    const cause = new TypeError('for the developer');
    const fault = new Fault('provider_error', { cause, retryAfterSeconds: 1, twilioCode: 20500 });

    expect(fault).toMatchObject({
      message: 'provider_error',
      cause,
      retryAfterSeconds: 1,
      twilioCode: 20500,
    });
  });
});
