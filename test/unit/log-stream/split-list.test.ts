import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createReadBatch } from '../../../functions/log-stream/batch.ts';
import { aLogEvent, NAMES, NOW } from './a-log-event.ts';
import { partsOf } from './json-parts.ts';

const readBatch = createReadBatch({ ...NAMES, maxAgeSeconds: 600, now: () => NOW });
const PLACES = [0, 1, 2, 3];

function anEvent(index: number) {
  const details = { prompts: [{ a: 1 }, { b: 'x' }] };
  return aLogEvent({ log_id: `login-${index}`, user_name: `+44770090000${index}`, details });
}

/** Changes a text at a place, which for the last one is its end. */
type Damage = (text: string, at: number) => string;

const DAMAGES: readonly (readonly [string, Damage])[] = [
  ['cut off', (text, at) => text.slice(0, at)],
  ['short of a character', (text, at) => text.slice(0, at) + text.slice(at + 1)],
  ...['"', '\\', '{', '}', '[', ']'].map(
    (added) =>
      [
        `${added} too many`,
        (text: string, at: number) => text.slice(0, at) + added + text.slice(at),
      ] as const,
  ),
];

describe.each([0, 1])('the element %i of a list that is damaged', (damaged) => {
  describe.each([
    ['an envelope', (index: number) => JSON.stringify(anEvent(index))],
    ['bare data', (index: number) => JSON.stringify(anEvent(index).data)],
  ])('%s', (_what, write) => {
    it.each(DAMAGES)('costs no other login where it is: %s', (_damage, damage) => {
      const others = PLACES.filter((place) => place !== damaged).map((place) => `+44770090000${place}`);
      const text = write(damaged);
      const lost: string[] = [];
      for (let at = 1; at < text.length; at += 1) {
        const list = PLACES.map((place) => (place === damaged ? damage(text, at) : write(place))).join();
        for (const body of [`[${list}]`, `{"logs":[${list}]}`]) {
          const found = readBatch(Buffer.from(body)).logins.map(({ to }) => to);
          if (!others.every((to) => found.includes(to))) lost.push(body);
        }
      }
      expect(lost).toEqual([]);
    });
  });
});

it('knows the elements by the key of the first that is fine, where something else stands before it', () => {
  const text = '[oops,{"first":1},{"first":[,{"first":3}]';
  expect(partsOf(text).objects).toEqual([{ first: 1 }, { first: 3 }]);
});

it('is not given up for elements that are no JSON and swallow nothing', () => {
  const text = `[${'{"log_id":bad},'.repeat(100)}{"log_id":[,{"log_id":"1"}]`;
  expect(partsOf(text).objects).toEqual([{ log_id: '1' }]);
});

describe('how far is searched', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    ['elements that are no JSON', `[{"zz":1}${',{\\u}'.repeat(5000)}]`],
    ['elements that are no JSON, and a key far behind', `[{"zz":1}${',{\\u}'.repeat(5000)},{"log_id":1}]`],
    ['lines that are damaged lists', `{"zz":1}\n${'[{\n'.repeat(5000)}`],
    ['lines that are damaged lists of other keys', `{"zz":1}\n${'[{"y":1},{"y\n'.repeat(5000)}`],
    ['elements with a quote too many', `[${'"{"zz":1},'.repeat(5000)}]`],
  ])('is a few times the body: %s', (_what, text) => {
    const indexOf = jest.spyOn(Buffer.prototype, 'indexOf');
    const body = Buffer.from(text);
    partsOf(body);
    const searched = indexOf.mock.contexts.map((bytes, call) => {
      const from = Number(indexOf.mock.calls[call]?.[1] ?? 0);
      const place = Number(indexOf.mock.results[call]?.value);
      return Math.max(0, (place === -1 ? (bytes as Buffer).length : place) - from);
    });
    expect(searched.reduce((sum, count) => sum + count, 0)).toBeLessThan(10 * body.length);
  });
});
