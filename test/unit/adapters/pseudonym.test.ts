import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../functions/adapters/environment.ts';
import { createPseudonym, type Pseudonym } from '../../../functions/adapters/pseudonym.ts';
import { recordLog } from '../../support/recorded-log.ts';

const KEY = 'k'.repeat(32);
const NUMBER = '+447700900001';

function create(env: Readonly<Record<string, string>>): Pseudonym {
  const read = readEnvironment(env);
  const pseudonym = createPseudonym({ read, env, log: recordLog().log });
  read.finish();
  return pseudonym;
}

describe('createPseudonym', () => {
  it.each([[{}], [{ NUMBER_HASH_KEY: '' }], [{ NUMBER_HASH_KEY: ' \n', NUMBER_HASH_KEY_FILE: '' }]])(
    'has none where no key is set: %j',
    (env) => {
      expect(create(env as Readonly<Record<string, string>>)(NUMBER)).toBeUndefined();
    },
  );

  it('is the same for the same number and key, and for no others', () => {
    const pseudonym = create({ NUMBER_HASH_KEY: KEY });
    const others = [pseudonym('+447700900002'), create({ NUMBER_HASH_KEY: 'x'.repeat(32) })(NUMBER)];

    expect(pseudonym(NUMBER)).toBe(create({ NUMBER_HASH_KEY: KEY })(NUMBER));
    expect(others).not.toContain(pseudonym(NUMBER));
  });

  it('is the beginning of a keyed hash, and shows nothing of the number', () => {
    const whole = createHmac('sha256', KEY).update(NUMBER).digest('hex');
    const pseudonym = create({ NUMBER_HASH_KEY: KEY })(NUMBER) ?? '';

    expect(pseudonym).toMatch(/^[0-9a-f]{16,}$/);
    expect(whole.startsWith(pseudonym)).toBe(true);
  });

  it('refuses a key of less than 32 bytes, and does not quote it', () => {
    const creating = () => create({ NUMBER_HASH_KEY: 'canary' });

    expect(creating).toThrow('NUMBER_HASH_KEY: has less than 32 bytes');
    expect(creating).not.toThrow('canary');
  });

  it('counts bytes, not characters', () => {
    expect(create({ NUMBER_HASH_KEY: 'ä'.repeat(16) })(NUMBER)).toBeDefined();
  });

  it('refuses a key that is in both places', () => {
    expect(() => create({ NUMBER_HASH_KEY: KEY, NUMBER_HASH_KEY_FILE: '/none' })).toThrow('both set');
  });
});
