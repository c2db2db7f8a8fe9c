import process from 'node:process';
import {
  findEmulatorFiles,
  startGoogleFirestoreEmulator,
  type EmulatorFiles,
} from './google-firestore-emulator.ts';
import { StackProblem } from './stack-problem.ts';
import { startMemoryFirestore } from './start-memory-firestore.ts';

/** Which Firestore is wanted; `auto` is Google's emulator where it can be run. */
export type FirestoreChoice = 'auto' | 'google' | 'memory';

/** A running Firestore of either kind. */
export interface LocalFirestore {
  /** Host and port, as in `FIRESTORE_EMULATOR_HOST`. */
  readonly host: string;
  readonly pid: number;
  /** Which one it is and why, for people. */
  readonly description: string;
  /** Settles when it is gone. */
  readonly ended: Promise<unknown>;
  stop(): Promise<unknown>;
}

/** What starts the two kinds; to be replaced in tests. */
export interface FirestoreStarters {
  readonly findFiles: () => EmulatorFiles | string;
  readonly startGoogle: (files: EmulatorFiles, port: number) => Promise<LocalFirestore>;
  readonly startMemory: (port: number, why: string) => Promise<LocalFirestore>;
}

const LOOK_EVERY_MS = 500;

const STARTERS: FirestoreStarters = { findFiles: () => findEmulatorFiles(), startGoogle, startMemory };

/**
 * Starts a Firestore on a port of loopback: Google's emulator where Java and the emulator are there and it runs, else
 * one in memory.
 *
 * @throws StackProblem when `google` is asked for and cannot be, or nothing starts
 */
export async function startFirestore(
  choice: FirestoreChoice,
  port: number,
  starters: FirestoreStarters = STARTERS,
): Promise<LocalFirestore> {
  if (choice === 'memory') return starters.startMemory(port, 'as FIRESTORE=memory asks');
  const files = starters.findFiles();
  if (typeof files !== 'string') {
    try {
      return await starters.startGoogle(files, port);
    } catch (cause) {
      if (choice === 'google') throw new StackProblem(messageOf(cause), { cause });
      return starters.startMemory(port, firstLineOf(messageOf(cause)));
    }
  }
  if (choice === 'google') throw new StackProblem(`FIRESTORE=google cannot be: ${files}.`);
  return starters.startMemory(port, files);
}

async function startGoogle(files: EmulatorFiles, port: number): Promise<LocalFirestore> {
  const emulator = await startGoogleFirestoreEmulator(files, port);
  const { host, pid } = emulator;
  return {
    host,
    pid,
    description: "Google's emulator",
    ended: endOf(pid),
    stop: () => emulator.stop(),
  };
}

async function startMemory(port: number, why: string): Promise<LocalFirestore> {
  const { host, process: running } = await startMemoryFirestore(port);
  const { pid, ended } = running;
  return { host, pid, description: `in-memory stand-in (${why})`, ended, stop: () => running.stop() };
}

/** It is a child of ours, so that its number is not given to another process unnoticed. */
function endOf(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      try {
        process.kill(pid, 0);
      } catch {
        clearInterval(timer);
        resolve();
      }
    }, LOOK_EVERY_MS);
    timer.unref();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it did not start';
}

function firstLineOf(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? text;
}
