import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { packageFolder, type PackagedFolder } from '../../tools/deploy/package-folder.ts';
import { findFreePort } from '../../tools/local-stack/find-free-port.ts';
import { saySkipped } from './say-skipped.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
// A `terraform` whose providers are stand-ins, for machines that reach no registry.
const STAND_IN = path.resolve(ROOT, process.env['TF_OFFLINE'] ?? 'no-stand-ins');
const LIMIT_MS = 120_000;

/** How Terraform ended, and all that it said. */
export interface TerraformRun {
  readonly code: number;
  readonly output: string;
}

/** A change that reached the stand-in for Google. */
export interface JournalEntry {
  readonly op: string;
  readonly type: string;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** A function that runs from the archive that was uploaded, with the environment and the secrets that were applied. */
export interface BootedFunction {
  readonly url: string;
  /** Its log so far. */
  output(): string;
}

/** A copy of `infra/` in an empty project that is none: Terraform is real, its providers are stand-ins. */
export interface AppliedInfra {
  readonly archive: PackagedFolder;
  /** Runs Terraform in `infra` or `infra/bootstrap`. */
  readonly terraform: (folder: string, ...args: readonly string[]) => Promise<TerraformRun>;
  readonly journal: () => readonly JournalEntry[];
  /** The state of a root, as text. */
  readonly state: (folder: string) => string;
  /** The value of each secret that was written, by its whole id. */
  readonly secrets: () => ReadonlyMap<string, string>;
  readonly boot: (name: string, env: Readonly<Record<string, string>>) => Promise<BootedFunction>;
  /** Replaces the archive by one that differs. */
  readonly changeArchive: () => void;
  readonly stop: () => void;
}

/**
 * Prepares it.
 *
 * @returns null, after the reason was printed, where the stand-ins, Terraform or a build are not there
 * @throws Error with `CI=true`, where every test must run, for Terraform or a build that is not there. Stand-ins are no part
 * of this project, so that without them nobody can be asked for more
 */
export function prepareInfra(): AppliedInfra | null {
  const hasStandIn = existsSync(STAND_IN);
  const missing = hasStandIn
    ? findMissing()
    : 'TF_OFFLINE names no terraform with stand-ins for the providers';
  if (missing !== null) {
    if (hasStandIn && process.env['CI'] === 'true') throw new Error(`infra/ cannot be applied: ${missing}`);
    saySkipped(`infra/ is not applied: ${missing}`);
    return null;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'verify-gateway-infra-'));
  const project = path.join(folder, 'project');
  const work = path.join(folder, 'work');
  const isSource = (file: string): boolean => !/(?:\.terraform|\.tfvars$)/.test(file);
  cpSync(path.join(ROOT, 'infra'), path.join(project, 'infra'), { recursive: true, filter: isSource });
  const archiveFile = path.join(project, 'build', 'source.zip');
  const archive = packageFolder(path.join(ROOT, 'dist'), archiveFile);
  const pids: number[] = [];
  const leftovers = [folder];

  return {
    archive,
    terraform: (root, ...args) => {
      const at = ['--root', project, '--chdir', path.join(project, root), '--keep', work];
      return execute(STAND_IN, [...at, ...args, '-no-color'], {
        TF_OFFLINE_FRESH_PROJECT: '1',
      });
    },
    journal: () => readJournal(work),
    state: (root) => readFileSync(path.join(work, 'root', root, 'terraform.tfstate'), 'utf8'),
    secrets: () => readSecrets(work),
    boot: async (name, env) => {
      const booted = await boot(work, name, env);
      pids.push(booted.pid);
      leftovers.push(booted.dir);
      return { url: `http://127.0.0.1:${booted.port}`, output: () => readFileSync(booted.log, 'utf8') };
    },
    changeArchive: () =>
      writeFileSync(archiveFile, Buffer.concat([readFileSync(archiveFile), Buffer.from('.')])),
    stop: () => {
      for (const pid of pids) stopProcess(pid);
      for (const leftover of leftovers) rmSync(leftover, { recursive: true, force: true });
    },
  };
}

function findMissing(): string | null {
  if (spawnSync('terraform', ['version']).error !== undefined) return 'terraform is not installed';
  if (!existsSync(path.join(ROOT, 'dist', 'package.json')))
    return 'there is no dist/: npm run build comes before the tests';
  return null;
}

function execute(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TerraformRun & { readonly stdout: string }> {
  const options = { env: { ...process.env, ...env }, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, output: stdout + stderr });
    });
  });
}

function readJournal(work: string): JournalEntry[] {
  const text = readFileSync(path.join(work, 'effects', 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalEntry);
}

function readSecrets(work: string): ReadonlyMap<string, string> {
  const folder = path.join(work, 'effects', 'secrets');
  const ids = readdirSync(folder);
  return new Map(
    ids.map((id) => [id.replace(/^.*_secrets_/, ''), readFileSync(path.join(folder, id, '1'), 'utf8')]),
  );
}

interface Booted {
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  readonly log: string;
}

async function boot(work: string, name: string, env: Readonly<Record<string, string>>): Promise<Booted> {
  const script = path.join(path.dirname(STAND_IN), 'boot-applied.mjs');
  const given = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const { stdout, output } = await execute(process.execPath, [
    script,
    ...['--work', work, '--state', path.join(work, 'root', 'infra', 'terraform.tfstate')],
    ...['--only', name, '--base-port', String(await findFreePort())],
    // The packages that the lock file in the archive names are those that are here; npm ci would ask a registry.
    ...['--modules', path.join(ROOT, 'node_modules'), '--secret-root', path.join(work, 'mounted')],
    ...given,
  ]);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  const functions =
    line === undefined ? {} : (JSON.parse(line) as Record<string, Booted & { readonly up: boolean }>);
  const booted = Object.values(functions)[0];
  if (booted === undefined) throw new Error(`${name} was not booted: ${output}`);
  if (!booted.up) throw new Error(`${name} did not start: ${readFileSync(booted.log, 'utf8')}`);
  return booted;
}

function stopProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
