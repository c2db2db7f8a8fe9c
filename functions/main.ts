import type { IncomingMessage, ServerResponse } from 'node:http';
import process from 'node:process';
import { ConfigurationFault } from './adapters/environment.ts';
import { answerFailure } from './http/answer.ts';
import { describeError } from './http/describe-error.ts';
import { createLog } from './http/log.ts';

/** The functions that this archive holds; only the one that is asked for is loaded. */
const FUNCTIONS: Readonly<Record<string, () => Promise<{ start: (env: NodeJS.ProcessEnv) => void }>>> = {
  gateway: () => import('./gateway/index.ts'),
  'log-stream': () => import('./log-stream/index.ts'),
  watch: () => import('./watch/index.ts'),
};

const target = process.env['FUNCTION_TARGET'] ?? '';
const load = Object.hasOwn(FUNCTIONS, target) ? FUNCTIONS[target] : undefined;
if (load === undefined) {
  createLog()('CRITICAL', 'config.fault', 'The function cannot start', {
    problems: [`FUNCTION_TARGET must be one of: ${Object.keys(FUNCTIONS).join(', ')}`],
  });
  process.exit(1);
}
const { start } = await load();
try {
  start(process.env);
} catch (error) {
  // One line, not the framework's stack: whatever is thrown here was made while secrets were read.
  createLog()('CRITICAL', 'config.fault', 'The function cannot start', {
    problems: error instanceof ConfigurationFault ? error.problems : [describeError(error)],
  });
  process.exit(1);
}

/**
 * What the framework finds under the function's name. It is never called: `http/server.ts` stands in front of it. Were
 * it called, the guard would not be there, and nothing may pass without it.
 */
function refuseUnguarded(_request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answerFailure(new Error('unguarded'), '');
  response.writeHead(status, headers).end(body);
}

export { refuseUnguarded as gateway, refuseUnguarded as 'log-stream', refuseUnguarded as watch };
