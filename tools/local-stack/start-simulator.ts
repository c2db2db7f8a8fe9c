import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import { StackProblem } from './stack-problem.ts';
import { startProcess, type RunningProcess } from './start-process.ts';
import { variableIn } from './variable-in.ts';

/** A simulator in a process of its own. */
export interface StartedSimulator {
  readonly url: string;
  readonly process: RunningProcess;
  /** What makes a function use it. */
  readonly environment: Readonly<Record<string, string>>;
}

const PROGRAM = fileURLToPath(new URL('../twilio-simulator/main.ts', import.meta.url));
const READY_WITHIN_MS = 30_000;

/**
 * Starts the Twilio simulator and waits until it listens.
 *
 * @param onComplaint - gets what it writes to standard error, in pieces
 * @throws StackProblem when it ends, or is not ready within 30 s
 */
export async function startSimulator(
  port: number,
  onComplaint: (text: string) => void,
): Promise<StartedSimulator> {
  const { promise: isReady, resolve } = Promise.withResolvers<boolean>();
  const started = startProcess({
    args: [PROGRAM],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      SIMULATOR_LATENCY_MS: variableIn(process.env, 'SIMULATOR_LATENCY_MS'),
    },
    onOutput: (text, stream) => {
      if (stream === 'stderr') onComplaint(text);
      if (text.includes('simulator.started')) resolve(true);
    },
  });
  void started.ended.then(() => resolve(false));
  const timer = setTimeout(resolve, READY_WITHIN_MS, false);
  const isStarted = await isReady;
  clearTimeout(timer);
  const url = `http://127.0.0.1:${port}`;
  if (isStarted) return { url, process: started, environment: environmentFor(url) };
  await started.stop('SIGKILL');
  throw new StackProblem('The Twilio simulator did not start.');
}

function environmentFor(url: string): Readonly<Record<string, string>> {
  const { accountSid, serviceSid, apiKey } = SIMULATOR_DEFAULTS;
  return {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_API_KEY_SID: apiKey.sid,
    TWILIO_API_KEY_SECRET: apiKey.secret,
    TWILIO_VERIFY_SERVICE_SID: serviceSid,
    TWILIO_API_BASE_URL: url,
  };
}
