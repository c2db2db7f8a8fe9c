import { describe, expect, it } from '@jest/globals';
import { MAX_DOCUMENTS } from '../../../../functions/adapters/firestore-documents.ts';
import type { RuleDocument } from '../../../../functions/domain/parse-rule.ts';
import type { CliWorld } from '../../../../tools/cli/cli-world.ts';
import { createOutput } from '../../../../tools/cli/output.ts';
import { listRules, testRules, type RulesContext } from '../../../../tools/cli/rules-commands.ts';

/** A context that holds these documents; it keeps what is said and the exit code. */
function contextOf(documents: readonly RuleDocument[]) {
  const said: string[] = [];
  const exitCodes: number[] = [];
  const unwanted = (): never => {
    throw new Error('nobody is asked and nothing is written here');
  };
  const world: Pick<CliWorld, 'now' | 'exit'> = {
    now: () => new Date('2026-11-24T12:00:00Z'),
    exit: (code) => void exitCodes.push(code),
  };
  const terminal = {
    isInteractive: false,
    say: (line: string) => void said.push(line),
    ask: unwanted,
    askHidden: unwanted,
  };
  const context: RulesContext = {
    world: world as CliWorld,
    output: createOutput(terminal, false),
    documents: { list: () => Promise.resolve(documents), put: unwanted, remove: unwanted },
  };
  return { context, said, exitCodes };
}

describe('a collection that is larger than the gateway reads', () => {
  const filler = Array.from({ length: MAX_DOCUMENTS }, (_value, index) => ({
    id: `+9989${String(index).padStart(5, '0')}`,
    fields: {},
  }));
  const documents = [...filler, { id: 'GB', fields: {} }];
  const unread = `The gateway reads the first ${MAX_DOCUMENTS} documents by id: those from GB on (1) are not in force.`;

  it('is judged as the gateway judges it', async () => {
    const { context, said, exitCodes } = contextOf(documents);
    await testRules(context, '+447700900123', {});
    expect(said).toEqual([expect.stringMatching(/^sent/), unread]);
    expect(exitCodes).toEqual([]);
  });

  it('is listed whole, and what is not in force is named', async () => {
    const { context, said } = contextOf(documents);
    await listRules(context);
    expect(said.slice(-2)).toEqual(['GB  block: numbers of United Kingdom', unread]);
  });
});
