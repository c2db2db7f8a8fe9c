import { describe, expect, it } from '@jest/globals';
import {
  ConfigurationFault,
  readEnvironment,
  type Environment,
} from '../../../functions/adapters/environment.ts';

/** What a reading gives, and what it complains of. */
function read<T>(value: string | undefined, use: (environment: Environment) => T) {
  const environment = readEnvironment(value === undefined ? {} : { NAME: value });
  const result = use(environment);
  let problems: readonly string[] = [];
  try {
    environment.finish();
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    problems = error.problems;
  }
  return { result, problems };
}

describe('readEnvironment: texts', () => {
  it.each([
    ['value', 'value'],
    [' value\n', 'value'],
  ])('reads the required %j', (value, expected) => {
    expect(read(value, (env) => env.required('NAME'))).toEqual({ result: expected, problems: [] });
  });

  it.each([undefined, '', ' \n'])('complains of a required text that is %j', (value) => {
    expect(read(value, (env) => env.required('NAME')).problems).toEqual(['NAME is missing']);
  });

  it('complains of a required text of another form, and does not quote it', () => {
    const { problems } = read('secret', (env) => env.required('NAME', /^AC\w+$/));

    expect(problems).toEqual([expect.stringMatching(/^NAME has not the form/)]);
    expect(problems.join()).not.toContain('secret');
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    [' x ', 'x'],
  ])('reads the optional %j as %j', (value, expected) => {
    expect(read(value, (env) => env.optional('NAME'))).toEqual({ result: expected, problems: [] });
  });

  it.each([
    [undefined, false, 'default'],
    ['', false, 'default'],
    [' ', false, 'default'],
    ['x', false, 'x'],
    [undefined, true, 'default'],
    ['', true, ''],
    [' ', true, ''],
  ])('reads the text %j as, an empty one being a value: %s, %j', (value, emptyIsValue, expected) => {
    expect(read(value, (env) => env.text('NAME', 'default', { emptyIsValue }))).toEqual({
      result: expected,
      problems: [],
    });
  });

  it('complains of a text of another form, and not of the default', () => {
    const use = (env: Environment) => env.text('NAME', 'DEFAULT', { pattern: /^[a-z]+$/ });

    expect(read('1', use).problems).toEqual([expect.stringMatching(/^NAME has not the form/)]);
    expect(read(undefined, use)).toEqual({ result: 'DEFAULT', problems: [] });
  });
});

describe('readEnvironment: numbers, flags and choices', () => {
  const integer = (env: Environment) => env.integer('NAME', 7, { min: 1, max: 10 });

  it.each([
    [undefined, 7],
    ['', 7],
    ['1', 1],
    [' 10 ', 10],
    ['003', 3],
  ])('reads the number %j as %i', (value, expected) => {
    expect(read(value, integer)).toEqual({ result: expected, problems: [] });
  });

  it.each(['0', '11', '-1', '+1', '1.0', '1e0', '0x1', 'one', '1 2', '٣', '9'.repeat(400)])(
    'complains of the number %s',
    (value) => {
      expect(read(value, integer).problems).toEqual(['NAME must be a whole number from 1 to 10']);
    },
  );

  it.each([
    [undefined, true, true],
    ['', false, false],
    ['true', false, true],
    ['false', true, false],
    ['TRUE', false, true],
    ['False', true, false],
  ])('reads the flag %j, by default %s, as %s', (value, fallback, expected) => {
    expect(read(value, (env) => env.flag('NAME', fallback))).toEqual({ result: expected, problems: [] });
  });

  it.each(['yes', '1', 'on', 'tru'])('complains of the flag %s', (value) => {
    expect(read(value, (env) => env.flag('NAME', false)).problems).toEqual([
      'NAME must be one of true, false',
    ]);
  });

  const choice = (env: Environment) => env.oneOf('NAME', ['allow', 'deny'], 'allow');

  it.each([
    [undefined, 'allow'],
    ['', 'allow'],
    [' deny ', 'deny'],
  ])('reads the choice %j as %s', (value, expected) => {
    expect(read(value, choice)).toEqual({ result: expected, problems: [] });
  });

  it.each(['Deny', 'block', 'allow,deny', 'constructor'])('complains of the choice %s', (value) => {
    expect(read(value, choice).problems).toEqual(['NAME must be one of allow, deny']);
  });

  const list = (env: Environment) => env.listOf('NAME', ['sms', 'call'], ['sms']);

  it.each([
    [undefined, ['sms']],
    ['', ['sms']],
    ['call', ['call']],
    [' call , sms ', ['call', 'sms']],
  ])('reads the list %j as %j', (value, expected) => {
    expect(read(value, list)).toEqual({ result: expected, problems: [] });
  });

  it.each(['fax', 'sms,', ',', 'sms;call', 'sms call'])('complains of the list %s', (value) => {
    expect(new Set(read(value, list).problems)).toEqual(new Set(['NAME must be one of sms, call']));
  });
});

describe('readEnvironment: the end', () => {
  it('passes where nothing is wrong', () => {
    expect(() => readEnvironment({}).finish()).not.toThrow();
  });

  it('names every fault in one error, in the order in which they were found, and quotes no value', () => {
    const environment = readEnvironment({ A: 'canary', B: 'canary', C: 'canary', D: 'canary', E: 'canary' });
    environment.required('A', /^AC/);
    environment.integer('B', 1, { min: 1, max: 2 });
    environment.flag('C', true);
    environment.oneOf('D', ['x'], 'x');
    environment.listOf('E', ['x'], ['x']);
    environment.required('F');
    environment.fault('G and H do not go together');

    expect(() => environment.finish()).toThrow(
      expect.objectContaining({
        name: 'ConfigurationFault',
        message:
          'Configuration: A has not the form ^AC; B must be a whole number from 1 to 2; C must be one of true, false; ' +
          'D must be one of x; E must be one of x; F is missing; G and H do not go together',
      }),
    );
  });
});
