/**
 * Stands in for `@jest/globals` in the tests that `bundle-tests.ts` makes: collects tests instead of running them.
 * What the unit tests of the mutated code use of jest is here, and no more.
 */
import { ModuleMocker } from 'jest-mock';

export { expect } from 'expect';

type Act = (...row: readonly unknown[]) => unknown;

/** A test, and what is to be done after it. */
export interface CollectedTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The tests of the file that is being loaded. */
export const collected: CollectedTest[] = [];

interface Suite {
  readonly name: string;
  readonly afterEach: (() => unknown)[];
}

const mocker = new ModuleMocker(globalThis);
let suites: readonly Suite[] = [{ name: '', afterEach: [] }];

/** What the tests use of jest's own object. */
export const jest = {
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
};

/** A group of tests. */
export const describe = Object.assign(inSuite, { each: eachOf(inSuite) });

/** A test. */
export const it = Object.assign(collect, { each: eachOf(collect) });

/** What is to be done after each test of a group. */
export function afterEach(act: () => unknown): void {
  suites.at(-1)?.afterEach.push(act);
}

function inSuite(name: string, define: Act): void {
  const outer = suites;
  suites = [...outer, { name, afterEach: [] }];
  define();
  suites = outer;
}

function collect(name: string, act: Act): void {
  const around = suites;
  const run = async (): Promise<void> => {
    try {
      await act();
    } finally {
      for (const suite of around) for (const after of suite.afterEach) await after();
      mocker.restoreAllMocks();
    }
  };
  collected.push({ name: [...around.map((suite) => suite.name), name].join(' '), run });
}

/** Names are not filled in: a number tells the rows apart. */
function eachOf(define: (name: string, act: Act) => void) {
  return (rows: readonly unknown[]) =>
    (name: string, act: Act): void => {
      // As jest has it: a list in a table of other things is one value.
      const isTable = rows.every((row) => Array.isArray(row));
      for (const [index, row] of rows.entries()) {
        const values = isTable ? (row as readonly unknown[]) : [row];
        define(`${name} (${index + 1})`, () => act(...values));
      }
    };
}
