import { describe, expect, it } from '@jest/globals';
import { hintsForMisspeltFields } from '../../../functions/domain/misspelt-fields.ts';

const KNOWN = ['action', 'expiresAt'];

describe('hintsForMisspeltFields', () => {
  it.each([
    ['Action', 'action'],
    ['ACTION ', 'action'],
    ['expires_at', 'expiresAt'],
    ['expiresat', 'expiresAt'],
    ['Expires At', 'expiresAt'],
  ])('%j is meant to be %s', (name, meant) => {
    expect(hintsForMisspeltFields({ [name]: 'a value' }, KNOWN)).toEqual([
      `${name} is ignored: did you mean ${meant}`,
    ]);
  });

  it('has nothing to say of known names and of names of another kind', () => {
    expect(hintsForMisspeltFields({ action: 1, expiresAt: 2, source: 3, createdBy: 4 }, KNOWN)).toEqual([]);
  });
});
