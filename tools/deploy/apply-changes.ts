import { DeployFailure } from './deploy-failure.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';
import type { Terraform } from './terraform.ts';

/**
 * Shows what Terraform would change, asks, and carries out exactly that.
 *
 * @throws DeployFailure when the person says no, or there is nobody to ask
 */
export async function applyChanges(terraform: Terraform, target: Target, terminal: Terminal): Promise<void> {
  if (!(await terraform.plan())) {
    terminal.say('Nothing to change.');
    return;
  }
  await confirm(`Make these changes in ${target.project}? Type yes: `, 'yes', target, terminal);
  await terraform.apply();
}

/**
 * Asks, unless the person has said yes beforehand.
 *
 * @param expected - what must be typed
 * @throws DeployFailure when something else was typed, or there is nobody to ask
 */
export async function confirm(
  question: string,
  expected: string,
  target: Target,
  terminal: Terminal,
): Promise<void> {
  if (target.isConfirmed) return;
  if (!terminal.isInteractive)
    throw new DeployFailure('There is nobody to ask: set YES=1 to go on without a question.');
  if ((await terminal.ask(question)) !== expected) throw new DeployFailure('Stopped: nothing was changed.');
}
