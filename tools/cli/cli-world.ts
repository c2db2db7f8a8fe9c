import type { RunCommand } from '../deploy/run-command.ts';
import type { Terminal } from '../deploy/terminal.ts';
import type { GoogleCloud } from './google-cloud.ts';
import type { SecretVersions } from './secret-versions.ts';

/** What the commands need of the world; real in `main.ts`, stand-ins in tests. */
export interface CliWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Runs a command of the system. */
  readonly run: RunCommand;
  readonly now: () => Date;
  /** The text of a file, by its path from the folder of the project; null when it is not there. */
  readonly readText: (file: string) => string | null;
  readonly writeText: (file: string, text: string) => void;
  readonly openGoogle: (project: string) => GoogleCloud;
  readonly openSecrets: (project: string) => SecretVersions;
  /** Sets the exit code. */
  readonly exit: (code: number) => void;
}
