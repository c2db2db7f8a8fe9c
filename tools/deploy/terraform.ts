import type { CommandResult, RunCommand } from './run-command.ts';
import { DeployFailure } from './deploy-failure.ts';
import type { Target } from './target.ts';

/** One of the two roots, as Terraform runs it. */
export interface Terraform {
  /** Connects the root with its state. */
  init(): Promise<void>;
  /** Whether the state holds a resource. */
  holds(address: string): Promise<boolean>;
  /** Takes over something that is already there. */
  adopt(address: string, id: string): Promise<void>;
  /** Shows what would change and keeps the plan. Tells whether anything would. */
  plan(options?: { readonly destroy?: boolean }): Promise<boolean>;
  /** Carries out the plan that was kept, and nothing else. */
  apply(): Promise<void>;
  /** The outputs, by name. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

/** Which root, and what it is told. */
export interface TerraformOptions {
  readonly run: RunCommand;
  readonly target: Target;
  /** The folder of the root. */
  readonly folder: string;
  /** Where in the bucket the state lies. */
  readonly statePrefix: string;
  /** `-var` and `-var-file`. */
  readonly variables: readonly string[];
  /** Path of the file for the plan, from the folder of the root. */
  readonly planFile: string;
}

const PLANNED_CHANGES = 2;

/** Creates it. Every call throws DeployFailure when Terraform fails, which has said why by then. */
export function createTerraform(options: TerraformOptions): Terraform {
  const { folder, planFile, run, statePrefix, target, variables } = options;
  const call = (args: readonly string[], isShown: boolean): Promise<CommandResult> =>
    run('terraform', [`-chdir=${folder}`, ...args], {
      isShown,
      env: { TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
    });
  const mustSucceed = async (args: readonly string[], isShown = true): Promise<string> => {
    const { code, stdout, stderr } = await call(args, isShown);
    if (code === 0) return stdout;
    throw new DeployFailure(
      ...(isShown ? [] : [stderr.trim()]),
      `terraform ${args[0] ?? ''} failed in ${folder}.`,
    );
  };

  return {
    init: async () => {
      const backend = [
        `-backend-config=bucket=${target.stateBucket}`,
        `-backend-config=prefix=${statePrefix}`,
      ];
      // Reconfigured, because the folder may remember the bucket of another environment.
      await mustSucceed(['init', '-input=false', '-reconfigure', ...backend]);
    },
    holds: async (address) => {
      // It fails where there is no state yet; whether the state can be reached at all, init has shown.
      const { code, stdout } = await call(['state', 'list'], false);
      return code === 0 && stdout.split('\n').includes(address);
    },
    adopt: async (address, id) => {
      await mustSucceed(['import', '-input=false', ...variables, address, id]);
    },
    plan: async ({ destroy = false } = {}) => {
      const args = ['plan', '-input=false', '-detailed-exitcode', `-out=${planFile}`, ...variables];
      const { code } = await call(destroy ? [...args, '-destroy'] : args, true);
      if (code !== 0 && code !== PLANNED_CHANGES)
        throw new DeployFailure(`terraform plan failed in ${folder}.`);
      return code === PLANNED_CHANGES;
    },
    apply: async () => {
      await mustSucceed(['apply', '-input=false', planFile]);
    },
    outputs: async () => {
      const parsed: unknown = JSON.parse(await mustSucceed(['output', '-json'], false));
      const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
      return Object.fromEntries(entries.map(([name, output]) => [name, valueOf(output)]));
    },
  };
}

function valueOf(output: unknown): unknown {
  return typeof output === 'object' && output !== null && 'value' in output ? output.value : undefined;
}
