import { describe, expect, it } from '@jest/globals';
import { describeError } from '../../../functions/http/describe-error.ts';
import { Fault } from '../../../functions/domain/fault.ts';

const SECRET = '123456';

function withStack(error: Error, stack: string | undefined): Error {
  if (stack === undefined) delete error.stack;
  else error.stack = stack;
  return error;
}

describe('describeError', () => {
  it.each([
    ['TypeError', new TypeError(SECRET)],
    ['Fault', new Fault('internal', { cause: new Error(SECRET) })],
    ['RangeError', new RangeError(`${SECRET}\nover\nlines`)],
    ['Error', new Error('')],
  ])('names the class %s and the place, and not the message', (name, error) => {
    expect(describeError(error)).toMatch(new RegExp(`^${name} at describe-error\\.test\\.ts:\\d+:\\d+$`));
  });

  it.each([
    ['a line of the message that looks like a place', `boom\n    at ${SECRET}:1:2`],
    ['a line of the message that looks like a place with a path', `boom\n    at go (/a/${SECRET}.ts:1:2)`],
  ])('does not take %s for one', (_name, message) => {
    expect(describeError(new Error(message))).toMatch(/^Error at describe-error\.test\.ts:\d+:\d+$/);
  });

  it('names no place where the message was changed after the error was made', () => {
    const error = new Error('words that are not in the stack');
    const stack = `Error: boom\n    at ${SECRET}:1:2`;

    expect(describeError(withStack(error, stack))).toBe('Error');
  });

  it.each([
    [
      'with the name of a function',
      'Error: x\n    at send (/srv/dist/gateway.mjs:10:20)',
      'Error at gateway.mjs:10:20',
    ],
    ['without one', 'Error: x\n    at file:///srv/dist/gateway.mjs:10:20', 'Error at gateway.mjs:10:20'],
    ['of Windows', 'Error: x\n    at send (C:\\dist\\gateway.mjs:10:20)', 'Error at gateway.mjs:10:20'],
    ['without a line', 'Error: x\n    at <anonymous>', 'Error'],
    ['that are none', 'Error: x', 'Error'],
    ['that are not there', undefined, 'Error'],
  ])('shows of places %s the file and the line', (_name, stack, expected) => {
    expect(describeError(withStack(new Error('x'), stack))).toBe(expected);
  });

  it('does not show a name that is no name', () => {
    const error = withStack(new Error('x'), undefined);
    error.name = `Error of ${SECRET}`;

    expect(describeError(error)).toBe('Error');
  });

  it.each([
    ['string', SECRET],
    ['number', 123456],
    ['undefined', undefined],
    ['object', null],
    ['object', { code: SECRET }],
  ])('says no more than %s of what is no error', (type, thrown) => {
    expect(describeError(thrown)).toBe(type);
  });
});
