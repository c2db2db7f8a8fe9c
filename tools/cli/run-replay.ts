import { isRecord } from '../../functions/adapters/is-record.ts';
import { askJson } from './ask-json.ts';
import { CliProblem } from './cli-problem.ts';
import type { CliWorld } from './cli-world.ts';
import { createFacts } from './facts.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import type { Output } from './output.ts';
import { textAt } from './text-at.ts';

/** What was asked for. */
export interface ReplayOptions {
  readonly yes?: boolean;
}

type Event = Readonly<Record<string, unknown>>;

const BATCH = 100;
/** As long as a code lives: https://www.twilio.com/docs/verify/api/rate-limits-and-timeouts */
const FRESH_MS = 600_000;

/**
 * Posts an export of Auth0's log to log-stream, as the stream would have. Sending events again changes nothing.
 *
 * @param file - a JSON list, `{"logs":[…]}` or JSON lines; events as in the stream or as the Management API gives them
 * @throws CliProblem when the file holds no events, the person says no, or the function does not take a batch
 */
export async function runReplay(
  world: CliWorld,
  output: Output,
  file: string,
  options: ReplayOptions,
): Promise<void> {
  const text = world.readText(file);
  if (text === null) throw new CliProblem(`There is no file ${file}.`);
  const events = readEvents(text);
  if (events.length === 0) throw new CliProblem(`${file} holds no events of Auth0's log.`);
  const stale = events.filter((event) => isStale(event, world.now())).length;
  if (stale > 0)
    output.say(
      `${stale} of ${events.length} events are older than 10 minutes: Verify has forgotten their codes.`,
    );
  const facts = createFacts(world);
  try {
    const url = await facts.url('log-stream');
    const [token = ''] = await facts.keys('log-stream');
    if (options.yes !== true) await confirm(output, events.length);
    for (let start = 0; start < events.length; start += BATCH) {
      const content = events.slice(start, start + BATCH);
      const { status } = await askJson({ method: 'POST', url, headers: { authorization: token }, content });
      if (status !== 200) throw new CliProblem(complaint(status, start));
      output.say(`${Math.min(start + BATCH, events.length)} of ${events.length} events sent`);
    }
    output.result({ sent: events.length, stale });
  } finally {
    await facts.close();
  }
}

async function confirm(output: Output, count: number): Promise<void> {
  if (!output.canAsk) throw new CliProblem('There is nobody to ask: add --yes to send the events.');
  const answer = await output.ask(`Send ${count} events to log-stream? Type yes: `);
  if (answer !== 'yes') throw new CliProblem('Stopped: nothing was sent.');
}

function readEvents(text: string): readonly Event[] {
  const whole = parse(text);
  const entries =
    whole === undefined
      ? text.split(/\r?\n/).map(parse)
      : Array.isArray(whole)
        ? whole
        : [...listAt(whole, 'logs')];
  const given = entries.length === 0 && whole !== undefined ? [whole] : entries;
  return given.filter(isRecord).flatMap((entry) => {
    const data = memberAt(entry, 'data');
    if (isRecord(data)) return [entry];
    // The Management API gives the data alone.
    return textAt(entry, 'type') === ''
      ? []
      : [{ log_id: textAt(entry, 'log_id') || textAt(entry, '_id'), data: entry }];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isStale(event: Event, now: Date): boolean {
  const time = Date.parse(textAt(event, 'data', 'date'));
  return !Number.isNaN(time) && now.getTime() - time > FRESH_MS;
}

function complaint(status: number, sent: number): string {
  const where = `${sent} events were taken; the next batch is answered ${status}.`;
  if (status === 401) return `${where} The token is not one of LOG_STREAM_TOKENS.`;
  if (status === 503)
    return `${where} Twilio does not take the reports now: run it again later, it starts from the top.`;
  return where;
}
