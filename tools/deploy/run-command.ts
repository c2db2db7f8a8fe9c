import { spawn } from 'node:child_process';
import process from 'node:process';

/** How a command is run. */
export interface CommandOptions {
  /** Shown to the person, who may also type into it; otherwise the output is kept. */
  readonly isShown?: boolean;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended. */
export interface CommandResult {
  /** Null when there is no such command. */
  readonly code: number | null;
  /** Empty when the output was shown. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the system, without a shell, in the folder of the project. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

/**
 * Creates it.
 *
 * @param folder - the folder that commands run in
 */
export function createRunCommand(folder: string): RunCommand {
  return (command, args, { isShown = false, env = {} } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      });
      const kept = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name]?.setEncoding('utf8').on('data', (text: string) => {
          kept[name] += text;
        });
      }
      child.once('error', (error) => {
        if ('code' in error && error.code === 'ENOENT') resolve({ code: null, stdout: '', stderr: '' });
        else reject(error);
      });
      // A signal has no code of its own; what matters is that it is no success.
      child.once('close', (code) => resolve({ code: code ?? 1, ...kept }));
    });
}
