import { describe, expect, it } from '@jest/globals';
import { StackProblem } from '../../../tools/local-stack/stack-problem.ts';
import {
  startFirestore,
  type FirestoreChoice,
  type LocalFirestore,
} from '../../../tools/local-stack/start-firestore.ts';

const FILES = { java: '/bin/java', jar: '/emulator.jar' };

function aFirestore(description: string): LocalFirestore {
  return {
    host: '127.0.0.1:8100',
    pid: 1,
    description,
    ended: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

async function start(choice: FirestoreChoice, files: typeof FILES | string, googleFailure?: string) {
  const asked: string[] = [];
  const starting = startFirestore(choice, 8100, {
    findFiles: () => files,
    startGoogle: (_files, port) => {
      asked.push(`google ${port}`);
      return googleFailure === undefined
        ? Promise.resolve(aFirestore('google'))
        : Promise.reject(new Error(googleFailure));
    },
    startMemory: (port, why) => {
      asked.push(`memory ${port}`);
      return Promise.resolve(aFirestore(why));
    },
  });
  const outcome = await starting.then(
    ({ description }) => description,
    (error: unknown) => error,
  );
  return { asked, outcome };
}

describe('the choice of Firestore', () => {
  it.each<[string, FirestoreChoice, typeof FILES | string, string | undefined, string[], string]>([
    ["takes Google's where it is", 'auto', FILES, undefined, ['google 8100'], 'google'],
    [
      'takes memory where there is no Java',
      'auto',
      'no Java was found',
      undefined,
      ['memory 8100'],
      'no Java was found',
    ],
    [
      "takes memory where Google's does not start",
      'auto',
      FILES,
      'Java 11 is needed\n  at Main',
      ['google 8100', 'memory 8100'],
      'Java 11 is needed',
    ],
    [
      'takes memory when it is told to',
      'memory',
      FILES,
      undefined,
      ['memory 8100'],
      'as FIRESTORE=memory asks',
    ],
    ["takes Google's when it is told to", 'google', FILES, undefined, ['google 8100'], 'google'],
  ])('%s', async (_name, choice, files, googleFailure, expected, description) => {
    expect(await start(choice, files, googleFailure)).toEqual({ asked: expected, outcome: description });
  });

  it.each<[string, typeof FILES | string, string | undefined, string[], string]>([
    ['is not there', 'no Java was found', undefined, [], 'FIRESTORE=google cannot be: no Java was found.'],
    ['does not start', FILES, 'Java 11 is needed', ['google 8100'], 'Java 11 is needed'],
  ])(
    "does not take memory in silence where Google's is asked for and %s",
    async (_name, files, failure, expected, problem) => {
      const { asked, outcome } = await start('google', files, failure);

      expect(asked).toEqual(expected);
      expect(outcome).toEqual(new StackProblem(problem));
    },
  );
});
