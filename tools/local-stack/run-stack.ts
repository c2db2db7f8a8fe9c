import process from 'node:process';
import { createDecisionLog } from '../playground/decision-log.ts';
import { createBlocklist } from './blocklist.ts';
import { formatLogLine } from './format-log-line.ts';
import { isPortFree } from './is-port-free.ts';
import { createLineSplitter } from './line-splitter.ts';
import { openPage } from './open-page.ts';
import { requireBuild } from './require-build.ts';
import { runFunctions } from './run-functions.ts';
import { seedRules } from './seed-rules.ts';
import { stackBanner } from './stack-banner.ts';
import {
  FIRESTORE_PORT_OFFSET,
  PLAYGROUND_PORT_OFFSET,
  SIMULATOR_PORT_OFFSET,
  type StackEnvironment,
} from './stack-environment.ts';
import { openStackFile, type RunningStack, type StackFile } from './stack-file.ts';
import { STACK_FUNCTIONS, type StackContext } from './stack-functions.ts';
import { createStackParts, type StackParts } from './stack-parts.ts';
import { StackProblem } from './stack-problem.ts';
import { startFirestore } from './start-firestore.ts';
import { startSimulator, type StartedSimulator } from './start-simulator.ts';
import { startTcpRelay } from './start-tcp-relay.ts';

/** How the stack is run. */
export interface RunStackOptions extends StackEnvironment {
  /** Settings for the functions, as far as the stack leaves them to people. */
  readonly inherited: StackContext['inherited'];
  /** Takes what is to be shown, without the line's end. */
  readonly print: (text: string) => void;
  /** Settles when everything is to end. */
  readonly endAsked: Promise<unknown>;
}

/** What serves within this process. */
type Served = { stop(): Promise<unknown> }[];

const PROJECT = 'demo-gateway';

/**
 * Runs the local stack until it is asked to end or a part is lost; then, and after a failure, stops what it started.
 *
 * @throws StackProblem when it cannot start, or a part ended by itself
 */
export async function runStack(options: RunStackOptions): Promise<void> {
  const { print, endAsked } = options;
  const parts = createStackParts();
  const stackFile = openStackFile(options.stackFile);
  const end = Promise.race([endAsked.then(() => null), parts.firstLoss]);
  const served: Served = [];
  let stack: RunningStack | null = null;
  try {
    requireBuild(options.dist);
    await checkPorts(options);
    const starting = start(options, parts, stackFile, served);
    // Whoever asks for the end while it starts is not kept waiting; what comes too late is stopped by `parts`.
    starting.catch(() => undefined);
    const started = await Promise.race([starting, end]);
    if (started !== null && typeof started !== 'string') {
      stack = started.stack;
      print(started.banner);
    }
    const lost = await end;
    if (lost !== null)
      throw new StackProblem(
        `${lost} has ended by itself (what it wrote stands above), so everything is stopped.`,
      );
  } finally {
    if (stack !== null) stackFile.withdraw(stack);
    await parts.stop();
    for (const server of served) await server.stop();
  }
}

async function start(
  options: RunStackOptions,
  parts: StackParts,
  stackFile: StackFile,
  served: Served,
): Promise<{ stack: RunningStack; banner: string }> {
  const { basePort, inherited } = options;
  const [firestore, simulator] = await Promise.all([
    startPart(parts, 'firestore', startFirestore(options.firestore, basePort + FIRESTORE_PORT_OFFSET)),
    options.twilio === 'real' ? null : startSimulatorPart(options, parts),
  ]);
  const { host: firestoreHost } = firestore;
  const seeded = await seedRules(createBlocklist({ host: firestoreHost, project: PROJECT }));

  const twilio = simulator?.environment ?? null;
  const simulatorUrl = simulator?.url ?? null;
  const keys = stackFile.keys();
  const decisions = createDecisionLog();
  const firestoreWire = await startTcpRelay(firestoreHost);
  served.push(firestoreWire);
  const context = { keys, firestoreHost: firestoreWire.host, project: PROJECT, twilio, inherited };
  const functions = await runFunctions({ ...options, parts, context, decisions });
  const publish = (): RunningStack => {
    const pids = { stack: process.pid, ...parts.pids() };
    const gatewayUrl = `http://127.0.0.1:${basePort}`;
    const stack = { gatewayUrl, simulatorUrl, firestoreHost, project: PROJECT, pids };
    stackFile.publish(stack);
    return stack;
  };
  const { description } = firestore;
  const page = await openPage({
    port: basePort + PLAYGROUND_PORT_OFFSET,
    firestore: { host: firestoreHost, description, wire: firestoreWire },
    ...{ functions, simulatorUrl, project: PROJECT, keys, decisions, inherited },
    onRestart: publish,
  });
  served.push(page);
  const facts = { pageUrl: page.url, functions: functions.urls, simulatorUrl, firestoreHost };
  return { stack: publish(), banner: stackBanner({ ...facts, firestore: description, seeded }) };
}

async function startPart<T extends { pid: number; ended: Promise<unknown>; stop: () => Promise<unknown> }>(
  parts: StackParts,
  name: string,
  starting: Promise<T>,
): Promise<T> {
  const started = await starting;
  parts.add({ name, pid: started.pid, ended: started.ended, stop: () => started.stop() });
  return started;
}

async function startSimulatorPart(
  { basePort, print }: RunStackOptions,
  parts: StackParts,
): Promise<StartedSimulator> {
  const lines = createLineSplitter((line) => print(formatLogLine(line, 'simulator', new Date())));
  const simulator = await startSimulator(basePort + SIMULATOR_PORT_OFFSET, (text) => lines.add(text));
  await startPart(parts, 'simulator', Promise.resolve(simulator.process));
  return simulator;
}

async function checkPorts({ basePort, twilio }: RunStackOptions): Promise<void> {
  const wanted: [string, number][] = [
    ...STACK_FUNCTIONS.map(({ target, offset }): [string, number] => [target, basePort + offset]),
    ...(twilio === 'real'
      ? []
      : [['the Twilio simulator', basePort + SIMULATOR_PORT_OFFSET] as [string, number]]),
    ['Firestore', basePort + FIRESTORE_PORT_OFFSET],
  ];
  for (const [name, port] of wanted) {
    if (await isPortFree(port)) continue;
    throw new StackProblem(
      `Port ${port}, for ${name}, is already in use: stop what listens there, or choose others with PORT, as in: make dev PORT=${basePort + 1000}`,
    );
  }
}
