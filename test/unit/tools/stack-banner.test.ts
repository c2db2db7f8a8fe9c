import { describe, expect, it } from '@jest/globals';
import { stackBanner, type BannerFacts } from '../../../tools/local-stack/stack-banner.ts';

function banner(change: Partial<BannerFacts> = {}): string {
  return stackBanner({
    pageUrl: 'http://127.0.0.1:8085',
    functions: [{ target: 'gateway', url: 'http://127.0.0.1:8080' }],
    simulatorUrl: 'http://127.0.0.1:8090',
    firestoreHost: '127.0.0.1:8100',
    firestore: 'in-memory stand-in (no Java was found)',
    seeded: ['234-51'],
    ...change,
  });
}

describe('the banner', () => {
  it('names the page first', () => {
    expect(banner().trim()).toMatch(/^Open http:\/\/127\.0\.0\.1:8085 in a browser/);
  });

  it.each([
    'http://127.0.0.1:8080',
    'http://127.0.0.1:8090',
    '127.0.0.1:8100  in-memory stand-in (no Java was found)',
    '234-51 added',
    'make trigger PHONE=+447700900001',
    'make block RULE=',
    'Ctrl-C',
  ])('says %s', (text) => {
    expect(banner()).toContain(text);
  });

  it('warns that Twilio itself costs money, and proposes no made-up number', () => {
    const text = banner({ simulatorUrl: null });

    expect(text).toContain('COST MONEY');
    expect(text).not.toContain('+447700900');
  });

  it('says when no sample was added', () => {
    expect(banner({ seeded: [] })).toContain('those that were there');
  });
});
