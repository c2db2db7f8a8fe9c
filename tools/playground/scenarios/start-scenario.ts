import { StackProblem } from '../../local-stack/stack-problem.ts';
import { WHY_NOT_SIMULATED } from '../choices.ts';
import type { ScenarioRun } from '../live-state.ts';
import type { SimulatorControl } from '../simulator-control.ts';
import { ALL_SCENARIOS } from './all-scenarios.ts';
import { runScenario, type RunScenarioOptions } from './run-scenario.ts';

/** Starts scenarios, one at a time. */
export interface ScenarioStarter {
  /** @throws StackProblem when one runs, there is none of that name, or Twilio is not simulated */
  start(id: string): void;
  /** @throws StackProblem when one runs */
  refuseWhileRunning(): void;
}

/**
 * @param simulator - null with Twilio itself: then no scenario starts
 * @param show - told of every step
 */
export function createScenarioStarter(
  options: Omit<RunScenarioOptions, 'simulator' | 'show'>,
  simulator: SimulatorControl | null,
  show: (run: ScenarioRun) => void,
): ScenarioStarter {
  let isRunning = false;
  const refuseWhileRunning = (): void => {
    if (isRunning) throw new StackProblem('A scenario is running: wait for its end.');
  };
  return {
    refuseWhileRunning,
    start: (id) => {
      refuseWhileRunning();
      if (simulator === null) throw new StackProblem(WHY_NOT_SIMULATED);
      const scenario = ALL_SCENARIOS.find((one) => one.id === id);
      if (scenario === undefined) throw new StackProblem('There is no such scenario.');
      isRunning = true;
      void runScenario(scenario, { ...options, simulator, show }).finally(() => {
        isRunning = false;
      });
    },
  };
}
