import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { TwilioSimulator } from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import { createTwilioSimulator } from '../../tools/twilio-simulator/create-twilio-simulator.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { startFunction, type FunctionProcess, type LogLine } from './function-process.ts';
import { aGatewayBody, gatewayEnvironment, signToken } from './gateway-stack.ts';
import { send, type WireAnswer, type WireRequest } from './wire.ts';

/** A Firestore that holds one rule, `234-58`, and can be made to answer anything. */
export interface RulesStandIn {
  readonly host: string;
  /** From now on every request is answered so; null: in good order. */
  misbehave(answer: ((outgoing: ServerResponse) => void) | null): void;
  stop(): Promise<void>;
}

/** A gateway on a real framework process, with a faulty wire to Twilio and another one to Firestore. */
export interface FaultyStack {
  readonly simulator: TwilioSimulator;
  readonly rules: RulesStandIn;
  readonly toTwilio: FaultProxy;
  readonly toFirestore: FaultProxy;
  readonly key: string;
  /** One more gateway on the same wires. */
  startGateway(env?: Readonly<Record<string, string>>): Promise<FaultyGateway>;
  stop(): Promise<void>;
}

/** One gateway of a stack. */
export interface FaultyGateway {
  readonly process: FunctionProcess;
  readonly port: number;
  /** Sends a body in order, with a token in order; headers and body may be others. */
  send(call?: WireRequest & { readonly recipient?: string; readonly code?: string }): Promise<WireAnswer>;
  /** The line about the request that was answered so. */
  lineOf(answer: WireAnswer): Promise<LogLine>;
}

const PROJECT = 'demo-gateway';

/** Starts Twilio, Firestore and the wires to them; gateways are started one by one, and all stop with the stack. */
export async function startFaultyStack(): Promise<FaultyStack> {
  const simulator = createTwilioSimulator();
  const toTwilio = await startFaultProxy(new URL(await simulator.listen()).host);
  const rules = await startRulesStandIn();
  const toFirestore = await startFaultProxy(rules.host);
  const key = randomBytes(32).toString('hex');
  const gateways: FunctionProcess[] = [];
  return {
    simulator,
    rules,
    toTwilio,
    toFirestore,
    key,
    startGateway: async (env = {}) => {
      const firestore = { host: toFirestore.host, project: PROJECT };
      const process = await startFunction({
        target: 'gateway',
        env: {
          ...gatewayEnvironment(key, `http://${toTwilio.host}`, firestore),
          // All test numbers are neighbours.
          LOOKUPS_PER_PREFIX_PER_MINUTE: '0',
          ...env,
        },
      });
      gateways.push(process);
      return gatewayAt(process, key);
    },
    stop: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop('SIGKILL')));
      await Promise.all([toTwilio.stop(), toFirestore.stop(), simulator.close(), rules.stop()]);
    },
  };
}

function gatewayAt(process: FunctionProcess, key: string): FaultyGateway {
  const port = Number(new URL(process.url).port);
  return {
    process,
    port,
    send: async ({ recipient = '+447700900001', code = '123456', ...call } = {}) =>
      send(port, {
        body: JSON.stringify(aGatewayBody({ recipient, body: `Your code is ${code}` })),
        ...call,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await signToken(key)}`,
          ...call.headers,
        },
      }),
    lineOf: ({ body }) =>
      process.waitForLog(
        (line) => line['requestId'] === body['requestId'] && line['durationMs'] !== undefined,
      ),
  };
}

/** Starts the stand-in: the answers of Firestore's REST interface to the two reads of the gateway. */
export async function startRulesStandIn(): Promise<RulesStandIn> {
  let misbehaviour: ((outgoing: ServerResponse) => void) | null = null;
  const server = createServer((incoming, outgoing) => {
    if (misbehaviour !== null) {
      misbehaviour(outgoing);
      return;
    }
    const name = `projects/${PROJECT}/databases/(default)/documents/blocklist/234-58`;
    const isList = incoming.url?.includes('/blocklist') === true;
    outgoing.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(isList ? { documents: [{ name, fields: {} }] } : { error: { code: 404 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    host: `127.0.0.1:${address.port}`,
    misbehave: (answer) => {
      misbehaviour = answer;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
