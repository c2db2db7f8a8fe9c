import { describe, expect, it } from '@jest/globals';
import { isOwnRule } from '../../../functions/adapters/is-own-rule.ts';

const SAID = { action: 'block', reason: '41 codes', expiresAt: new Date('2026-11-24T18:00:00Z') };
const OLD = { source: 'watch', ...SAID };
const OWN = { ...OLD, written: SAID };

function without(name: string, fields: Readonly<Record<string, unknown>> = OWN) {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

describe('a document that says what watch wrote last', () => {
  it.each([
    ['as it was written', OWN],
    [
      'as it was written, for a trial',
      { ...OWN, action: 'monitor', written: { ...SAID, action: 'monitor' } },
    ],
    ['with the same moment once more', { ...OWN, expiresAt: new Date(SAID.expiresAt) }],
    ['with a field of somebody beside it', { ...OWN, note: 'ask Kim' }],
    ['with what a later version may write', { ...OWN, written: { ...SAID, codes: 41 } }],
    ['that says of itself that it is on', { ...OWN, enabled: true }],
  ])('is ours %s', (_what, fields) => {
    expect(isOwnRule(fields)).toBe(true);
  });

  it.each([
    ['of another source', { ...OWN, source: 'ops' }],
    ['of no source', without('source')],
    ['that is switched off', { ...OWN, enabled: false }],
    [
      'that allows, even if it says that we wrote that',
      { ...OWN, action: 'allow', written: { ...SAID, action: 'allow' } },
    ],
    ['that was softened', { ...OWN, action: 'monitor' }],
    ['without its action', without('action')],
    ['with another reason', { ...OWN, reason: 'keep for good' }],
    ['without its reason', without('reason')],
    ['that ends later', { ...OWN, expiresAt: new Date('2027-11-24T18:00:00Z') }],
    ['that ends sooner', { ...OWN, expiresAt: new Date('2026-11-24T17:59:59Z') }],
    ['that ends no more', without('expiresAt')],
    ['that ends no more, here nor there', { ...without('expiresAt'), written: without('expiresAt', SAID) }],
    ['whose end is a text', { ...OWN, expiresAt: 'tomorrow', written: { ...SAID, expiresAt: 'tomorrow' } }],
    ['whose note of us is empty', { ...OWN, written: {} }],
    ['whose note of us is no map', { ...OWN, written: 'block' }],
    ['whose note of us is null', { ...OWN, written: null }],
  ])('is a person’s %s', (_what, fields) => {
    expect(isOwnRule(fields)).toBe(false);
  });
});

describe('a document of a version that did not say what it wrote', () => {
  it.each([
    ['that ends', OLD],
    ['that ends, whatever its reason', { ...OLD, reason: 'another' }],
    ['that ends and is a trial', { ...OLD, action: 'monitor' }],
  ])('is ours %s', (_what, fields) => {
    expect(isOwnRule(fields)).toBe(true);
  });

  it.each([
    ['that ends no more', without('expiresAt', OLD)],
    ['whose end is no moment', { ...OLD, expiresAt: 'never' }],
    ['that allows', { ...OLD, action: 'allow' }],
    ['that is switched off', { ...OLD, enabled: false }],
    ['of no source', without('source', OLD)],
  ])('is a person’s %s', (_what, fields) => {
    expect(isOwnRule(fields)).toBe(false);
  });
});
