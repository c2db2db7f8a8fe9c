import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { findFreePort } from '../local-stack/find-free-port.ts';
import { startFunction } from '../local-stack/start-function.ts';
import { createTwilioSimulator, type TwilioSimulator } from '../twilio-simulator/create-twilio-simulator.ts';
import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import { testNumber } from '../twilio-simulator/test-number.ts';
import { memoryFigure, type Figure } from './figure.ts';
import { peakResidentMib } from './peak-resident-mib.ts';

const EVENTS = 10_000;
const LOGINS = 100;
const VERIFY_MS = 80;
const MOST_SECONDS = 2;
const MOST_AT_ONCE = 16;
const MOST_MIB = 300;
const UPDATE = 'verification.update';
const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;

/** How a batch was answered, its size, and the memory that it took in MiB. */
interface Batch {
  readonly status: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly peak: ReturnType<typeof peakResidentMib>;
}

/** The largest batch that log-stream is made for, as the first that a new instance gets; each login has a code pending. */
export async function reportBatch(): Promise<readonly Figure[]> {
  const simulator = createTwilioSimulator();
  try {
    return figuresOf(simulator, await sendBatch(simulator));
  } finally {
    await simulator.close();
  }
}

async function sendBatch(simulator: TwilioSimulator): Promise<Batch> {
  const twilioUrl = await simulator.listen();
  const numbers = Array.from({ length: LOGINS }, (_, index) => testNumber(index));
  await Promise.all(numbers.map((to) => startVerification(twilioUrl, to)));
  simulator.change({ latencyMs: VERIFY_MS });

  const token = randomBytes(32).toString('hex');
  const { url, process: started, isReady } = await startLogStream(twilioUrl, token);
  try {
    if (!(await isReady)) throw new Error('log-stream did not start');
    const body = JSON.stringify(eventsOf(numbers));
    const startedAt = performance.now();
    const { status } = await fetch(url, { method: 'POST', headers: { authorization: token }, body });
    const seconds = (performance.now() - startedAt) / 1000;
    return { status, seconds, bytes: body.length, peak: peakResidentMib(started.pid) };
  } finally {
    await started.stop();
  }
}

function figuresOf(simulator: TwilioSimulator, { status, seconds, bytes, peak }: Batch): readonly Figure[] {
  const updates = simulator.seen.filter(({ operation }) => operation === UPDATE);
  const approved = updates.filter((call) => call.status === 200).length;
  const atOnce = simulator.maximumConcurrency(UPDATE);
  const what = `a batch of ${EVENTS} events with ${LOGINS} logins, ${VERIFY_MS} ms per call`;
  return [
    {
      claim: `${what}: answered 200 within ${MOST_SECONDS} s`,
      measured: `${status} after ${seconds.toFixed(2)} s, ${(bytes / 2 ** 20).toFixed(1)} MiB`,
      isMet: status === 200 && seconds <= MOST_SECONDS,
    },
    {
      claim: `… ${LOGINS} calls to Verify, at most ${MOST_AT_ONCE} at a time`,
      measured: `${updates.length} calls, ${approved} approved, ${atOnce} at a time`,
      isMet: updates.length === LOGINS && approved === LOGINS && atOnce <= MOST_AT_ONCE,
    },
    memoryFigure(what, peak, MOST_MIB),
  ];
}

async function startVerification(twilioUrl: string, to: string): Promise<void> {
  const credential = Buffer.from(`${apiKey.sid}:${apiKey.secret}`).toString('base64');
  const answer = await fetch(`${twilioUrl}/v2/Services/${serviceSid}/Verifications`, {
    method: 'POST',
    headers: { authorization: `Basic ${credential}` },
    body: new URLSearchParams({ To: to, Channel: 'sms', CustomCode: '123456' }),
  });
  if (answer.status !== 201) throw new Error(`the simulator answered ${answer.status}`);
}

async function startLogStream(twilioUrl: string, token: string) {
  return startFunction({
    target: 'log-stream',
    port: await findFreePort(),
    env: {
      PATH: process.env['PATH'],
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY_SID: apiKey.sid,
      TWILIO_API_KEY_SECRET: apiKey.secret,
      TWILIO_VERIFY_SERVICE_SID: serviceSid,
      TWILIO_API_BASE_URL: twilioUrl,
      LOG_STREAM_TOKENS: token,
    },
  });
}

/** As Auth0 writes them, of 1.1 KB or so; a login by code, then many other events. */
function eventsOf(numbers: readonly string[]): readonly object[] {
  const date = new Date().toISOString();
  return Array.from({ length: EVENTS }, (_, index) => {
    const number = index % (EVENTS / LOGINS) === 0 ? numbers[(index * LOGINS) / EVENTS] : undefined;
    const log_id = `90020261128${String(index).padStart(10, '0')}`;
    const data =
      number === undefined
        ? {
            type: 'f',
            connection: 'Username-Password-Authentication',
            user_name: `user-${index}@example.com`,
          }
        : { type: 's', connection: 'sms', strategy: 'sms', user_id: `sms|${index}`, user_name: number };
    return { log_id, data: { date, log_id, ...data, description: 'x'.repeat(900) } };
  });
}
