import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { DEPLOY_COMMANDS, deploy } from './deploy/deploy.ts';
import { DeployFailure } from './deploy/deploy-failure.ts';
import { packageFolder } from './deploy/package-folder.ts';
import { createRunCommand } from './deploy/run-command.ts';
import { createSecretStore } from './deploy/secret-store.ts';
import { smokeTest } from './deploy/smoke-test.ts';
import { parseTarget, type Target } from './deploy/target.ts';
import { createTerminal, type Terminal } from './deploy/terminal.ts';
import { writeSecrets } from './deploy/write-secrets.ts';
import { createFirestoreDocumentCreator } from './seed/firestore-document-creator.ts';
import { seedDatabase } from './seed/seed-database.ts';

const root = path.join(import.meta.dirname, '..');

try {
  await main();
} catch (error) {
  if (!(error instanceof DeployFailure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const command = DEPLOY_COMMANDS.find((known) => known === process.argv[2]);
  if (command === undefined) throw new DeployFailure(`Say what to do: ${DEPLOY_COMMANDS.join(', ')}.`);
  const target = parseTarget(process.env, (file) => {
    const whole = path.join(root, 'infra', file);
    return existsSync(whole) ? readFileSync(whole, 'utf8') : null;
  });
  // Plans go there, also where nothing was built.
  mkdirSync(path.join(root, 'build'), { recursive: true });
  const terminal = createTerminal({ input: process.stdin, output: process.stdout });
  await deploy(command, {
    target,
    terminal,
    run: createRunCommand(root),
    pack: () => packageFolder(path.join(root, 'dist'), path.join(root, 'build', 'source.zip')),
    writeSecrets: () => writeSecretsOf(target, terminal),
    seed: (database, onlyOnce) => seed(target, terminal, database, onlyOnce),
    smokeTest: (urls) => smokeTest({ urls, say: terminal.say }),
  });
}

async function writeSecretsOf(target: Target, terminal: Terminal): Promise<void> {
  const store = createSecretStore(target.project);
  try {
    await writeSecrets({ target, terminal, store, env: process.env, randomBytes });
  } finally {
    await store.close();
  }
}

async function seed(target: Target, terminal: Terminal, database: string, onlyOnce: boolean): Promise<void> {
  const documents = createFirestoreDocumentCreator({ project: target.project, database });
  try {
    await seedDatabase({ documents, onlyOnce, say: terminal.say });
  } finally {
    await documents.close();
  }
}
