import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { GoogleAuth } from 'google-auth-library';
import { createRunCommand } from '../deploy/run-command.ts';
import { createTerminal } from '../deploy/terminal.ts';
import { CliProblem } from './cli-problem.ts';
import { createGoogleCloud } from './google-cloud.ts';
import { runCli } from './run-cli.ts';
import { createSecretVersions } from './secret-versions.ts';

// The operator's command line: `npx verify-gateway`. Files are named from the folder it is run in, those of the project
// from the project.

const ROOT = path.join(import.meta.dirname, '..', '..');
const ENV_FILE = path.join(ROOT, '.env');
const OWN_FILES = /^(?:infra|auth0)\//;

// What is set already stays.
if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);

const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });

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
    writeText: (file, text) => writeFileSync(fileOf(file), text),
    openGoogle: (project) => createGoogleCloud({ project, accessToken }),
    openSecrets: (project) => createSecretVersions(project),
    exit: (code) => void (process.exitCode = code),
  },
  { accessToken, complain: (text) => void process.stderr.write(`${text}\n`) },
);

function fileOf(file: string): string {
  return path.resolve(OWN_FILES.test(file) ? ROOT : process.cwd(), file);
}

async function accessToken(): Promise<string> {
  try {
    return (await auth.getAccessToken()) ?? '';
  } catch (cause) {
    throw new CliProblem('Google does not know you: run gcloud auth application-default login.', { cause });
  }
}
