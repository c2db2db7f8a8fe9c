import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createRunCommand } from '../deploy/run-command.ts';
import { createTerminal } from '../deploy/terminal.ts';
import { createGoogleAccessToken } from './google-access-token.ts';
import { createGoogleCloud } from './google-cloud.ts';
import { loadEnvironment } from './load-environment.ts';
import { runCli } from './run-cli.ts';
import { createSecretVersions } from './secret-versions.ts';

// The operator's command line: `npx verify-gateway`. Files are named from the folder it is run in, those of the project
// from the project.

const ROOT = path.join(import.meta.dirname, '..', '..');
const OWN_FILES = /^(?:infra|auth0)\//;

loadEnvironment(process.env, ROOT, true);
const accessToken = createGoogleAccessToken();

await runCli(
  process.argv.slice(2),
  {
    env: process.env,
    terminal: createTerminal({ input: process.stdin, output: process.stdout }),
    run: createRunCommand(ROOT),
    now: () => new Date(),
    readText: (file) => {
      const whole = fileOf(file);
      return existsSync(whole) ? readFileSync(whole, 'utf8') : null;
    },
    // An export of rules may hold whole numbers.
    writeText: (file, text) => writeFileSync(fileOf(file), text, { mode: 0o600 }),
    openGoogle: (project) => createGoogleCloud({ project, accessToken }),
    openSecrets: (project) => createSecretVersions(project),
    exit: (code) => void (process.exitCode = code),
  },
  { accessToken, complain: (text) => void process.stderr.write(`${text}\n`) },
);

function fileOf(file: string): string {
  return path.resolve(OWN_FILES.test(file) ? ROOT : process.cwd(), file);
}
