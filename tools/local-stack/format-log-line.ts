import { inspect, stripVTControlCharacters } from 'node:util';

/** Fields that say nothing to somebody who watches a terminal, or stand elsewhere in the line. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'severity',
  'event',
  'message',
  'requestId',
  'numberKey',
  'logging.googleapis.com/trace',
  'durationMs',
  'ipPrefix',
  'tokenAge',
  'tokenClaims',
]);

const LOUD: ReadonlySet<unknown> = new Set(['WARNING', 'ERROR', 'CRITICAL']);
const PLAIN = /^[\w.:+*/•-]+$/;

/**
 * Makes one line of a function's output readable: time, severity, function, event, fields, duration.
 *
 * @param line - a JSON object, or anything else, which is shown as it is without control characters
 * @param source - the name of the function
 */
export function formatLogLine(line: string, source: string, now: Date): string {
  const time = now.toTimeString().slice(0, 8);
  const entry = parseObject(line);
  if (entry === null) return `${time} ${source}  ${stripVTControlCharacters(line)}`;

  const { severity, event, message, durationMs } = entry;
  const isMessageNeeded = event === undefined || LOUD.has(severity);
  const fields = Object.entries(entry).filter(([name, value]) => !LEFT_OUT.has(name) && value !== null);
  return [
    time,
    textOf(severity ?? '').padEnd(8),
    source,
    ...(event === undefined ? [] : [textOf(event)]),
    ...(isMessageNeeded && typeof message === 'string' ? [stripVTControlCharacters(message)] : []),
    ...fields.map(([name, value]) => `${textOf(name)}=${textOf(value)}`),
    ...(typeof durationMs === 'number' ? [`${Math.round(durationMs)} ms`] : []),
  ].join(' ');
}

/** Plain text as it is; all else in quotes, with control characters escaped: some of it comes from strangers. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '' || PLAIN.test(value) ? value : inspect(value);
  if (Array.isArray(value)) return value.map(textOf).join(',');
  return inspect(value, { breakLength: Infinity, compact: true });
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
