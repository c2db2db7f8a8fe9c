import { describe, expect, it } from '@jest/globals';
import type { RawFields } from '../../../../tools/local-stack/emulator-documents.ts';
import { createDecisionLog } from '../../../../tools/playground/decision-log.ts';
import type { ScenarioRun } from '../../../../tools/playground/live-state.ts';
import type { OperatorDocuments } from '../../../../tools/playground/operator-documents.ts';
import { runScenario } from '../../../../tools/playground/scenarios/run-scenario.ts';
import type { Scenario } from '../../../../tools/playground/scenarios/scenario.ts';
import type { SimulatorControl } from '../../../../tools/playground/simulator-control.ts';

const BEFORE: RawFields = { action: { stringValue: 'monitor' } };
const unasked = (): Promise<never> => Promise.reject(new Error('must not be asked'));

function memoryDocuments() {
  const rules = new Map([['GB', BEFORE]]);
  let settings: RawFields | null = null;
  const documents: OperatorDocuments = {
    rules: () => Promise.resolve(new Map(rules)),
    settings: () => Promise.resolve(settings),
    writeRule: (id, fields) => {
      if (fields === null) rules.delete(id);
      else rules.set(id, fields);
      return Promise.resolve();
    },
    writeSettings: (fields) => {
      settings = fields;
      return Promise.resolve();
    },
  };
  return { documents, held: () => ({ rules: Object.fromEntries(rules), settings }) };
}

/** Plays it with documents in memory; gives what was left, and what was shown last. */
async function play(run: Scenario['run'], stopFailing: SimulatorControl['stopFailing']) {
  const { documents, held } = memoryDocuments();
  const shown: ScenarioRun[] = [];
  let isCut = false;
  await runScenario(
    { id: 'one', title: 'One', summary: '', run },
    {
      documents,
      auth0: { send: unasked, logIn: unasked, postLogs: unasked },
      simulator: {
        messages: unasked,
        verifications: unasked,
        countCalls: unasked,
        failNext: unasked,
        stopFailing,
      },
      log: createDecisionLog(),
      firestoreWire: {
        cut: () => {
          isCut = true;
        },
        mend: () => {
          isCut = false;
        },
      },
      reading: {
        state: () => ({ readAt: null, isPending: false }),
        changed: () => undefined,
        settled: () => Promise.resolve(true),
      },
      show: (state) => shown.push(state),
    },
  );
  return { held: held(), isCut, last: shown.at(-1) };
}

const changeAll: Scenario['run'] = async (stage) => {
  stage.firestoreWire.cut();
  await stage.writeRule('GB', { action: { stringValue: 'block' } });
  await stage.writeRule('FR', {});
  await stage.writeSettings({ mode: { stringValue: 'lockdown' } });
};

describe('a scenario', () => {
  it('leaves everything as it was', async () => {
    const { held, isCut, last } = await play(changeAll, () => Promise.resolve());

    expect(held).toEqual({ rules: { GB: BEFORE }, settings: null });
    expect(isCut).toBe(false);
    expect(last?.state).toBe('done');
  });

  it('leaves everything as it was when it fails half-way', async () => {
    const { held, isCut, last } = await play(
      async (stage) => {
        await changeAll(stage);
        throw new Error('half-way');
      },
      () => Promise.resolve(),
    );

    expect(held).toEqual({ rules: { GB: BEFORE }, settings: null });
    expect(isCut).toBe(false);
    expect(last?.state).toBe('failed');
  });

  it('puts rules and settings back when the simulator is silent, and says that something is left', async () => {
    const { held, isCut, last } = await play(changeAll, () => Promise.reject(new Error('silent')));

    expect(held).toEqual({ rules: { GB: BEFORE }, settings: null });
    expect(isCut).toBe(false);
    expect(last?.state).toBe('failed');
  });
});
