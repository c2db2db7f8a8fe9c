import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFindHints } from '../../../functions/log-stream/find-hints.ts';
import { createReadEvent } from '../../../functions/log-stream/login-event.ts';
import { aLogEvent, anOtherEvent, NAMES, NOW } from './a-log-event.ts';

const findHintsIn = createFindHints(NAMES);

function isHint(text: string): boolean {
  const bytes = Buffer.from(text);
  return findHintsIn(bytes)(0, bytes.length);
}

describe('createFindHints', () => {
  it.each([
    ['a login', JSON.stringify(aLogEvent())],
    ['an indented login', JSON.stringify(aLogEvent(), null, 2)],
    ['blanks around colons', '{"type" \n:\t"s","connection" : "sms"}'],
    ['a user id', '{"type":"seacft","user_id":"sms|1"}'],
    ['a type spelt otherwise', '{"type":"\\u0073","connection":"sms"}'],
    ['a key spelt otherwise', '{"ty\\u0070e":"s","connection":"sms"}'],
    ['a connection spelt otherwise', '{"type":"s","connection":"\\u0073ms"}'],
    ['evidence behind what is none', '{"type":"s","note":"sms","x":"no sms here","strategy":"sms"}'],
    ['a type behind another', '{"error":{"type":"x"},"strategy_type":"s","type":"s","strategy":"sms"}'],
  ])('finds %s', (_what, text) => {
    expect(isHint(text)).toBe(true);
  });

  it.each([
    ['another event', JSON.stringify(anOtherEvent('1'))],
    ['another type', '{"type":"cs","connection":"sms"}'],
    ['a type that only begins alike', '{"type":"ssa","connection":"sms"}'],
    ['no type', '{"connection":"sms"}'],
    ['a type that is no key', '{"connection":"sms","a":"type","b":"s"}'],
    ['the name as a value of another key', '{"type":"s","passwordless_amr":"sms"}'],
    ['the name as a key', '{"type":"s","sms":"sms"}'],
    ['the name in a list', '{"type":"s","connection":["sms"]}'],
    ['a name that only ends alike', '{"type":"s","connection":"my-sms"}'],
  ])('passes over %s', (_what, text) => {
    expect(isHint(text)).toBe(false);
  });

  it('looks between its places only, from left to right', () => {
    const texts = [anOtherEvent('1'), aLogEvent(), anOtherEvent('2'), aLogEvent()].map((event) =>
      JSON.stringify(event),
    );
    const find = findHintsIn(Buffer.from(texts.join('')));
    let from = 0;
    const found = texts.map((text) => find(from, (from += text.length)));
    expect(found).toEqual([false, true, false, true]);
  });

  it('finds every event that is a login once it is parsed', () => {
    const readEvent = createReadEvent({ ...NAMES, maxAgeMs: 600_000, now: () => NOW });
    const name = fc.constantFrom('sms', 'users', 's', 'seacft', 'f', 'sms|1', null);
    const prompt = fc.record({ connection: name, strategy: name }, { requiredKeys: [] });
    const data = fc.record(
      {
        type: name,
        connection: name,
        strategy: name,
        user_id: name,
        details: fc.record({ prompts: fc.array(prompt), type: name, strategy: name }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(data, fc.constantFrom(undefined, 1), (event, indent) => {
        const isLogin = readEvent(event).kind !== 'ignored';
        expect(isHint(JSON.stringify(event, null, indent)) || !isLogin).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['s"', 'a b', 'é', 'a/b', '', 'a\\', 'x'.repeat(65)])('takes no name like %j', (name) => {
    expect(() => createFindHints({ types: [name], connections: [] })).toThrow(TypeError);
    expect(() => createFindHints({ types: [], connections: [name] })).toThrow(TypeError);
  });
});
