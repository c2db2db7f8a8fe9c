import type { RawFields } from '../../local-stack/emulator-documents.ts';
import { StackProblem } from '../../local-stack/stack-problem.ts';
import type { ScenarioRun, ScenarioStep } from '../live-state.ts';
import type { OperatorDocuments } from '../operator-documents.ts';
import type { RulesReadingWatch } from '../rules-reading.ts';
import type { Scenario, Stage } from './scenario.ts';
import { createSend } from './send-for-scenario.ts';

/** What running a scenario needs. */
export interface RunScenarioOptions extends Pick<Stage, 'auth0' | 'simulator' | 'log' | 'firestoreWire'> {
  readonly documents: OperatorDocuments;
  readonly reading: RulesReadingWatch;
  readonly show: (run: ScenarioRun) => void;
}

interface Snapshot {
  readonly rules: ReadonlyMap<string, RawFields>;
  readonly settings: RawFields | null;
}

/** Plays a scenario to its end, shows every step, and puts everything back, whatever happened. Never throws. */
export async function runScenario(scenario: Scenario, options: RunScenarioOptions): Promise<void> {
  const story = createStory(scenario, options.show);
  try {
    const snapshot = await snapshotOf(options.documents);
    try {
      await scenario.run(stageOf(options, story.step));
    } finally {
      await story.step('Everything is put back', () => putBack(snapshot, options));
    }
  } catch (error) {
    story.fail(error);
  }
  story.end();
}

/** Keeps the steps, and shows each change of them. */
function createStory({ id, title }: Scenario, show: RunScenarioOptions['show']) {
  let steps: readonly ScenarioStep[] = [];
  const set = (before: readonly ScenarioStep[], step: ScenarioStep): void => {
    steps = [...before, step];
    show({ id, title, state: 'running', steps });
  };
  const hasFailed = (): boolean => steps.some(({ state }) => state === 'failed');
  show({ id, title, state: 'running', steps });
  return {
    step: async (name: string, act: () => Promise<string>): Promise<void> => {
      const before = steps;
      set(before, { title: name, state: 'running', detail: '' });
      try {
        set(before, { title: name, state: 'done', detail: await act() });
      } catch (error) {
        set(before, { title: name, state: 'failed', detail: sentenceOf(error) });
        throw error;
      }
    },
    /** For what went wrong outside of a step; what did within one is told by it. */
    fail: (error: unknown): void => {
      if (!hasFailed()) set(steps, { title: 'It cannot go on', state: 'failed', detail: sentenceOf(error) });
    },
    end: (): void => show({ id, title, state: hasFailed() ? 'failed' : 'done', steps }),
  };
}

function sentenceOf(error: unknown): string {
  return error instanceof StackProblem ? error.message : 'A part of the stack does not answer.';
}

function stageOf(options: RunScenarioOptions, step: Stage['step']): Stage {
  const { auth0, simulator, log, firestoreWire, documents, reading } = options;
  const read = async (): Promise<string> => {
    reading.changed();
    if (await reading.settled()) return 'Saved, and read by the gateway.';
    throw new StackProblem('The gateway has not read it within 15 s.');
  };
  return {
    auth0,
    simulator,
    log,
    firestoreWire,
    step,
    send: createSend(auth0, log),
    writeRule: async (id, fields) => {
      await documents.writeRule(id, fields);
      return read();
    },
    writeSettings: async (fields) => {
      await documents.writeSettings(fields);
      return read();
    },
  };
}

async function snapshotOf(documents: OperatorDocuments): Promise<Snapshot> {
  const [rules, settings] = await Promise.all([documents.rules(), documents.settings()]);
  return { rules, settings };
}

async function putBack(before: Snapshot, options: RunScenarioOptions): Promise<string> {
  options.firestoreWire.mend();
  let sentence: string;
  try {
    await options.simulator.stopFailing();
  } finally {
    // A silent simulator is no reason to leave rules behind.
    sentence = await putDocumentsBack(before, options);
  }
  return sentence;
}

async function putDocumentsBack(
  before: Snapshot,
  { documents, reading }: RunScenarioOptions,
): Promise<string> {
  const now = await snapshotOf(documents);
  const ids = [...new Set([...before.rules.keys(), ...now.rules.keys()])];
  const changed = ids.filter((id) => !isSame(before.rules.get(id), now.rules.get(id)));
  for (const id of changed) await documents.writeRule(id, before.rules.get(id) ?? null);
  const isSettingsChanged = !isSame(before.settings, now.settings);
  if (isSettingsChanged) await documents.writeSettings(before.settings);
  if (changed.length === 0 && !isSettingsChanged) return 'Nothing of it is left.';
  reading.changed();
  return (await reading.settled())
    ? 'Rules and settings are as they were, and the gateway has read them.'
    : 'Rules and settings are as they were; the gateway has not read them yet.';
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
