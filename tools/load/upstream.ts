import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the gateway asks of others. */
export type Step = 'lookup' | 'cancel' | 'create' | 'rules';

/** How one of them answers: well, after a while; with a status; never; or by a reset. */
export type Behaviour = { readonly afterMs: number } | { readonly status: number } | 'hang' | 'reset';

/** Twilio and Firestore in one server, as quick as can be: what is measured is the gateway. */
export interface Upstream {
  readonly host: string;
  /** From now on, how each step is answered. */
  behave(choose: (step: Step) => Behaviour): void;
  /** Calls since the start. */
  readonly calls: Readonly<Record<Step, number>>;
  close(): Promise<void>;
}

/** The numbers that the one rule blocks begin so; Lookup says 234-58 of them. */
export const LISTED_PREFIX = '+447700900';

const WELL: Behaviour = { afterMs: 0 };
const KEEP_ALIVE_MS = 120_000;

/** Starts it on a free port of loopback. */
export async function startUpstream(): Promise<Upstream> {
  const calls: Record<Step, number> = { lookup: 0, cancel: 0, create: 0, rules: 0 };
  let choose: (step: Step) => Behaviour = () => WELL;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    const step = stepOf(incoming);
    calls[step] += 1;
    incoming.resume().once('end', () => answer(choose(step), step, incoming, outgoing));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    behave: (chosen) => {
      choose = chosen;
    },
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stepOf({ url = '' }: IncomingMessage): Step {
  if (url.startsWith('/v2/PhoneNumbers/')) return 'lookup';
  if (url.startsWith('/v1/projects/')) return 'rules';
  return url.endsWith('/Verifications') ? 'create' : 'cancel';
}

function answer(
  behaviour: Behaviour,
  step: Step,
  { url = '' }: IncomingMessage,
  outgoing: ServerResponse,
): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'reset') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if ('status' in behaviour) {
    reply(outgoing, behaviour.status, {});
    return;
  }
  const [status, body] = goodAnswer(step, url);
  if (behaviour.afterMs === 0) reply(outgoing, status, body);
  else setTimeout(() => reply(outgoing, status, body), behaviour.afterMs);
}

function reply(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function goodAnswer(step: Step, url: string): readonly [status: number, body: unknown] {
  switch (step) {
    case 'lookup':
      return [200, lookupAnswer(decodeURIComponent(url).includes(LISTED_PREFIX))];
    case 'cancel':
      return [404, { code: 20404, message: 'not found', status: 404 }];
    case 'create':
      return [201, { sid: `VE${'5'.repeat(32)}`, status: 'pending', send_code_attempts: [{}] }];
    case 'rules':
      return url.includes('/blocklist')
        ? [200, { documents: [{ name: 'documents/blocklist/234-58', fields: {} }] }]
        : [404, { error: { code: 404 } }];
  }
}

function lookupAnswer(isListed: boolean): unknown {
  return {
    valid: true,
    line_type_intelligence: {
      mobile_country_code: isListed ? '234' : '310',
      mobile_network_code: isListed ? '58' : '260',
      carrier_name: 'Simulated Mobile',
      type: 'mobile',
      error_code: null,
    },
  };
}
