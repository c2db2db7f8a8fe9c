import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runCheck } from './check-number/run-check.ts';
import { findDeployment } from './cli/find-deployment.ts';
import { createGoogleAccessToken } from './cli/google-access-token.ts';
import { createGoogleCloud } from './cli/google-cloud.ts';
import { isForPeople } from './cli/is-for-people.ts';
import { loadEnvironment } from './cli/load-environment.ts';
import { stackFileIn } from './local-stack/stack-environment.ts';
import { openStackFile } from './local-stack/stack-file.ts';

// Explains what the gateway would do with a number, without sending: PHONE=+447700900001 [LOOKUP=0] [JSON=1], against
// the local stack, or with PROJECT=… [ENV=dev] [DATABASE=…] against what is deployed there. All by the environment, so
// that no shell reads a number twice.

const ROOT = path.resolve(import.meta.dirname, '..');

try {
  loadEnvironment(process.env, ROOT, false);
  const { env } = process;
  const accessToken = createGoogleAccessToken();
  const exitCode = await runCheck({
    env,
    stack: () => openStackFile(stackFileIn(env)).running(),
    deployment: () =>
      findDeployment({
        env,
        readText: (file) => {
          const whole = path.join(ROOT, file);
          return existsSync(whole) ? readFileSync(whole, 'utf8') : null;
        },
        openGoogle: (project) => createGoogleCloud({ project, accessToken }),
      }),
    accessToken,
    print: (text) => void process.stdout.write(`${text}\n`),
  });
  // A read that took too long is not waited for.
  process.exit(exitCode);
} catch (error) {
  if (!isForPeople(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
