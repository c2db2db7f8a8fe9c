import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './find-free-port.ts';

/** What is needed to run Google's Firestore emulator. */
export interface EmulatorFiles {
  readonly java: string;
  readonly jar: string;
}

/** A running emulator. */
export interface GoogleFirestoreEmulator {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  readonly pid: number;
  /** Ends it, by force after five seconds. May be called again. */
  stop(): Promise<void>;
}

const JAR_IN_SDK = path.join('platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
// It lives for minutes: the plain collector and the first compiler halve its start.
const JVM_FLAGS = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5000;
const START_ATTEMPTS = 3;

/**
 * Looks for Java (`JAVA_HOME`, `PATH`) and for the emulator (`FIRESTORE_EMULATOR_JAR`, the SDK of the `gcloud` on `PATH`,
 * the usual places of an SDK, the downloads of the Firebase tools).
 *
 * @returns the two files, or a sentence that says what is missing
 */
export function findEmulatorFiles(env: NodeJS.ProcessEnv = process.env): EmulatorFiles | string {
  const java = env['JAVA_HOME'] ? path.join(env['JAVA_HOME'], 'bin', 'java') : findOnPath('java', env);
  if (java === undefined || !existsSync(java)) return 'no Java was found (JAVA_HOME, PATH)';
  const jar = jarCandidates(env).find((candidate) => existsSync(candidate));
  if (jar === undefined) {
    return 'no Firestore emulator was found (gcloud components install cloud-firestore-emulator, or FIRESTORE_EMULATOR_JAR)';
  }
  return { java, jar };
}

/**
 * Starts Google's Firestore emulator on a loopback port and waits until it answers.
 *
 * It ends with the process that started it, however that dies: a watcher holds a pipe to it.
 *
 * @param port - default: a free one
 * @throws Error with the emulator's last words when it ends, or is not ready within 30 s
 */
export async function startGoogleFirestoreEmulator(
  files: EmulatorFiles,
  port?: number,
): Promise<GoogleFirestoreEmulator> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(files, port ?? (await findFreePort()));
    } catch (error) {
      // Between finding a port and taking it, another process may have taken it.
      const isPortTaken = error instanceof Error && /already in use|BindException/i.test(error.message);
      if (!isPortTaken || port !== undefined || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startOnce({ java, jar }: EmulatorFiles, port: number): Promise<GoogleFirestoreEmulator> {
  const args = [...JVM_FLAGS, '-cp', jar, MAIN_CLASS, 'start', '--host=127.0.0.1', `--port=${port}`];
  // Java itself, not the script of the SDK: killed, the script leaves Java behind.
  const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: false });
  const output = collectOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      output.add(error.message);
      resolve();
    });
  });
  const endWatch = child.pid === undefined ? () => undefined : watchOver(child.pid);
  const killOnExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killOnExit);
  void ended.then(() => {
    endWatch();
    process.removeListener('exit', killOnExit);
  });
  child.unref();

  const stop = async (): Promise<void> => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(force);
  };
  const host = `127.0.0.1:${port}`;
  const isReady = await waitUntilReady(child, host, output);
  if (isReady && child.pid !== undefined) return { host, pid: child.pid, stop };
  await stop();
  throw new Error(`The Firestore emulator did not start: ${output.text()}`);
}

/**
 * Kills the process when ours is gone: a shell that waits for the end of a pipe which only we hold, so that SIGKILL,
 * after which no exit handler runs, is covered too.
 */
function watchOver(pid: number): () => void {
  // Detached, because Ctrl-C goes to the whole group; `read` is the shell's own, so that no child stays behind.
  const script = `read -r _; kill -9 ${pid}`;
  const watcher = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.once('error', () => undefined);
  watcher.unref();
  return () => {
    watcher.kill('SIGKILL');
    watcher.stdin.destroy();
  };
}

function collectOutput(child: ChildProcess): { add(text: string): void; text(): string } {
  let tail = '';
  const add = (text: string): void => {
    tail = (tail + text).slice(-4000);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', add);
    if (stream instanceof Socket) stream.unref();
  }
  return { add, text: () => tail.trim() };
}

async function waitUntilReady(
  child: ChildProcess,
  host: string,
  output: { text(): string },
): Promise<boolean> {
  const endsAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < endsAt && child.pid !== undefined && child.exitCode === null) {
    // Its own line first: the port alone could be answered by a stranger.
    if (output.text().includes('is now running') && (await answers(host))) return true;
    await sleep(25);
  }
  return false;
}

async function answers(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(1000) });
    return response.ok && (await response.text()).trim() === 'Ok';
  } catch {
    return false;
  }
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

function jarCandidates(env: NodeJS.ProcessEnv): string[] {
  if (env['FIRESTORE_EMULATOR_JAR']) return [env['FIRESTORE_EMULATOR_JAR']];
  const gcloud = findOnPath('gcloud', env);
  // The real gcloud lies in the SDK's bin/; asking it for its root would take more than a second.
  const sdkOfPath = gcloud === undefined ? [] : [path.dirname(path.dirname(realpathSync(gcloud)))];
  const home = homedir();
  const sdks = [
    ...sdkOfPath,
    path.join(home, 'google-cloud-sdk'),
    '/usr/lib/google-cloud-sdk',
    '/usr/share/google-cloud-sdk',
    '/usr/local/google-cloud-sdk',
    '/opt/google-cloud-sdk',
    '/usr/local/share/google-cloud-sdk',
    '/opt/homebrew/share/google-cloud-sdk',
  ];
  return [...sdks.map((sdk) => path.join(sdk, JAR_IN_SDK)), ...firebaseJars(home)];
}

function firebaseJars(home: string): string[] {
  const folder = path.join(home, '.cache', 'firebase', 'emulators');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^cloud-firestore-emulator-.*\.jar$/.test(name));
  return names.map((name) => path.join(folder, name));
}
