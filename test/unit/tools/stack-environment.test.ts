import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readStackEnvironment, stackFileIn } from '../../../tools/local-stack/stack-environment.ts';
import { StackProblem } from '../../../tools/local-stack/stack-problem.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
const TWILIO = {
  TWILIO_ACCOUNT_SID: 'AC-in-the-test',
  TWILIO_API_KEY_SID: 'SK-in-the-test',
  TWILIO_API_KEY_SECRET: 'secret-in-the-test',
  TWILIO_VERIFY_SERVICE_SID: 'VA-in-the-test',
};

function problemOf(env: Readonly<Record<string, string>>): string {
  try {
    readStackEnvironment(env);
  } catch (error) {
    if (error instanceof StackProblem) return error.message;
    throw error;
  }
  return 'no problem';
}

describe('the environment of the local stack', () => {
  it('may be empty', () => {
    expect(readStackEnvironment({})).toEqual({
      basePort: 8080,
      firestore: 'auto',
      twilio: 'simulator',
      log: 'readable',
      dist: path.join(ROOT, 'dist'),
      stackFile: path.join(ROOT, '.local', 'stack.json'),
    });
  });

  it.each([
    ['the port', { PORT: '9080' }, { basePort: 9080 }],
    ['the highest port', { PORT: '65515' }, { basePort: 65_515 }],
    ["Google's Firestore", { FIRESTORE: 'google' }, { firestore: 'google' }],
    ['Firestore in memory', { FIRESTORE: 'memory' }, { firestore: 'memory' }],
    ['raw log lines', { LOG: 'json' }, { log: 'json' }],
    ['another build', { DIST: 'other/dist' }, { dist: path.join(ROOT, 'other', 'dist') }],
    ['another file', { STACK_FILE: '/else/stack.json' }, { stackFile: '/else/stack.json' }],
    ['Twilio itself', TWILIO, { twilio: 'real' }],
    [
      'Twilio itself with a secret in a file',
      { ...TWILIO, TWILIO_API_KEY_SECRET: '', TWILIO_API_KEY_SECRET_FILE: '/run/secret' },
      { twilio: 'real' },
    ],
    [
      'defaults by empty values',
      { PORT: '', FIRESTORE: '', LOG: '', DIST: '' },
      { basePort: 8080, log: 'readable' },
    ],
    [
      'the simulator by empty values',
      { TWILIO_ACCOUNT_SID: '', TWILIO_API_KEY_SID: ' ', TWILIO_API_KEY_SECRET: '' },
      { twilio: 'simulator' },
    ],
    [
      "the simulator, whatever Twilio's address",
      { TWILIO_API_BASE_URL: 'http://127.0.0.1:9' },
      { twilio: 'simulator' },
    ],
  ])('chooses %s', (_name, env, expected) => {
    expect(readStackEnvironment(env)).toMatchObject(expected);
  });

  it.each([
    ['a port of 0', { PORT: '0' }, 'PORT must be a whole number from 1 to 65515.'],
    [
      'a port that leaves no room for the others',
      { PORT: '65516' },
      'PORT must be a whole number from 1 to 65515.',
    ],
    ['a port that is no number', { PORT: '8e3' }, 'PORT must be a whole number from 1 to 65515.'],
    ['another Firestore', { FIRESTORE: 'mysql' }, 'FIRESTORE must be one of auto, google, memory.'],
    ['another form of log', { LOG: 'xml' }, 'LOG must be one of readable, json.'],
  ])('refuses %s', (_name, env, problem) => {
    expect(problemOf(env)).toBe(problem);
  });

  it('names all problems at once', () => {
    expect(problemOf({ PORT: 'x', LOG: 'xml' }).split('\n')).toHaveLength(2);
  });

  it.each(Object.keys(TWILIO))('says that %s is missing, and no value', (name) => {
    const problem = problemOf({ ...TWILIO, [name]: '' });

    expect(problem).toMatch(new RegExp(`, ${name} is still missing in \\.env;`));
    expect(problem).not.toContain('in-the-test');
  });

  it("says where an operator's key belongs, which is not enough to use Twilio itself", () => {
    const { TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET } = TWILIO;
    expect(problemOf({ TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET })).toBe(
      'To use Twilio itself, TWILIO_ACCOUNT_SID, TWILIO_VERIFY_SERVICE_SID are still missing in .env; to use the simulator, remove the other TWILIO_ values, from the shell too (a key of an operator belongs into .env.operator).',
    );
  });

  it('finds the file of the stack without reading anything else', () => {
    expect(stackFileIn({ PORT: 'x' })).toBe(path.join(ROOT, '.local', 'stack.json'));
  });
});
