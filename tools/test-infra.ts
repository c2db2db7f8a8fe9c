import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createRunCommand } from './deploy/run-command.ts';

/**
 * Checks the Terraform roots: form, references, and their own tests. `--offline` never asks a registry. What cannot run is
 * said; that Terraform itself is missing is a failure with `CI=true`, where every test must run.
 */
const root = path.join(import.meta.dirname, '..');
// A `terraform` whose providers are stand-ins, for machines that reach no registry.
const standIn = path.resolve(root, process.env['TF_OFFLINE'] ?? 'no-stand-ins');
const run = createRunCommand(root);
const folders = ['infra/bootstrap', 'infra', 'infra/auth0'];

process.exitCode = (await testInfra(process.argv.includes('--offline'))) ? 0 : 1;

async function testInfra(isOffline: boolean): Promise<boolean> {
  if ((await run('terraform', ['version'])).code !== 0) {
    const why =
      'terraform is not installed: get 1.11 or newer from https://developer.hashicorp.com/terraform/install';
    if (process.env['CI'] !== 'true') return skip(why);
    console.error(`The tests of infra/ cannot run: ${why}.`);
    return false;
  }
  if (!(await succeeds('terraform', ['fmt', '-check', '-recursive', '-diff', 'infra']))) return false;
  if (!isOffline && (await hasRegistry())) {
    console.log('With the providers of the registry:');
    return everyFolder((folder) => testWithProviders(folder));
  }
  if (existsSync(standIn)) {
    console.log('With stand-ins for the providers:');
    return everyFolder((folder) => testWithStandIns(folder));
  }
  return skip(
    'no provider registry can be reached, and TF_OFFLINE names no stand-ins for the providers: only the form was checked',
  );
}

/** Not a failure, as nothing is known to be wrong; but never silent. */
function skip(why: string): boolean {
  console.warn(`SKIPPED: the tests of infra/ did not run: ${why}.`);
  return true;
}

async function hasRegistry(): Promise<boolean> {
  try {
    const url = 'https://registry.terraform.io/.well-known/terraform.json';
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

async function everyFolder(test: (folder: string) => Promise<boolean>): Promise<boolean> {
  for (const folder of folders) {
    console.log(`==> ${folder}`);
    if (!(await test(folder))) return false;
  }
  return true;
}

async function testWithProviders(folder: string): Promise<boolean> {
  const at = `-chdir=${folder}`;
  return (
    (await succeeds('terraform', [at, 'init', '-input=false', '-backend=false'])) &&
    (await succeeds('terraform', [at, 'validate'])) &&
    (await succeeds('terraform', [at, 'test']))
  );
}

async function testWithStandIns(folder: string): Promise<boolean> {
  const at = ['--root', 'infra', '--chdir', folder];
  return (await succeeds(standIn, [...at, 'validate'])) && (await succeeds(standIn, [...at, 'test']));
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return (await run(command, args, { isShown: true })).code === 0;
}
