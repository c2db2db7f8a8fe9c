import { createLog, type Log } from '../../functions/http/log.ts';

/** A log whose lines are kept. */
export interface RecordedLog {
  readonly log: Log;
  /** The lines, read back. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  /** All that was written. */
  readonly text: () => string;
}

/** Keeps every line, whatever its severity. */
export function recordLog(): RecordedLog {
  const written: string[] = [];
  return {
    log: createLog({ level: 'DEBUG', project: 'test-project', write: (line) => written.push(line) }),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => written.join(''),
  };
}
