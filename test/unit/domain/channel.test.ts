import { describe, expect, it } from '@jest/globals';
import { parseChannel } from '../../../functions/domain/channel.ts';

describe('parseChannel', () => {
  it.each(['sms', 'call', 'whatsapp', 'email'])('reads %s', (channel) => {
    expect(parseChannel(channel)).toBe(channel);
  });

  it.each([['voice'], ['SMS'], [' sms'], ['auto'], ['sna'], [''], [null], [undefined], [1], [['sms']]])(
    'refuses %j',
    (text) => {
      expect(parseChannel(text)).toBeNull();
    },
  );
});
