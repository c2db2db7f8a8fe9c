import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import process from 'node:process';
import type { CallKind, StandInOrder, StandInReport, UpstreamCall } from './start-twilio-stand-in.ts';

// Twilio as far as speed goes, in a process of its own: Lookup and Verify over TLS, each answered after a set time, with
// the answers that a working account gives. It is the same for all that is compared, and keeps no state but the list of
// calls, so that it is not what is measured. What Twilio does is the simulator's job, not its.

const [keyFile = '', certificateFile = ''] = process.argv.slice(2);
let order: StandInOrder = { lookupMs: 0, updateMs: 0, createMs: 0 };
let calls: UpstreamCall[] = [];

const server = createServer(
  { key: readFileSync(keyFile), cert: readFileSync(certificateFile), keepAliveTimeout: 60_000 },
  (request, response) => {
    const arrivedAt = performance.timeOrigin + performance.now();
    const kind = kindOf(request);
    const delayMs = { lookup: order.lookupMs, update: order.updateMs, create: order.createMs }[kind];
    const answer = (): void => {
      calls.push({ kind, arrivedAt, answeredAt: performance.timeOrigin + performance.now() });
      write(response, kind, request);
    };
    request.on('end', () => (delayMs > 0 ? setTimeout(answer, delayMs) : answer()));
    request.resume();
  },
);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  report({ port: typeof address === 'object' && address !== null ? address.port : 0, calls: [] });
});

process.on('message', (message: StandInOrder | 'report') => {
  if (message === 'report') {
    report({ port: 0, calls });
    calls = [];
    return;
  }
  order = message;
  report({ port: 0, calls: [] });
});
process.on('disconnect', () => process.exit(0));

function report(message: StandInReport): void {
  process.send?.(message);
}

function kindOf({ method, url = '' }: IncomingMessage): CallKind {
  if (method === 'GET') return 'lookup';
  return url.endsWith('/Verifications') ? 'create' : 'update';
}

function write(response: ServerResponse, kind: CallKind, { url = '' }: IncomingMessage): void {
  const text = JSON.stringify(kind === 'lookup' ? lookupAnswer(url) : verificationAnswer());
  response.writeHead(kind === 'create' ? 201 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function lookupAnswer(url: string) {
  const number = decodeURIComponent(/PhoneNumbers\/([^?]*)/.exec(url)?.[1] ?? '');
  return {
    calling_country_code: '44',
    country_code: 'GB',
    phone_number: number,
    national_format: '0770 0900001',
    valid: true,
    validation_errors: [],
    caller_name: null,
    sim_swap: null,
    call_forwarding: null,
    line_status: null,
    line_type_intelligence: {
      error_code: null,
      mobile_country_code: '234',
      mobile_network_code: '10',
      carrier_name: 'Stand-in Mobile',
      type: 'mobile',
    },
    identity_match: null,
    reassigned_number: null,
    sms_pumping_risk: null,
    phone_number_quality_score: null,
    pre_fill: null,
    url: `https://lookups.twilio.com/v2/PhoneNumbers/${number}`,
  };
}

function verificationAnswer() {
  const sid = `VE${'0'.repeat(32)}`;
  const service = `VA${'0'.repeat(32)}`;
  return {
    sid,
    service_sid: service,
    account_sid: `AC${'0'.repeat(32)}`,
    to: '+447700900001',
    channel: 'sms',
    status: 'pending',
    valid: false,
    date_created: '2026-11-24T12:00:00Z',
    date_updated: '2026-11-24T12:00:00Z',
    lookup: {},
    amount: null,
    payee: null,
    sna: null,
    send_code_attempts: [
      { time: '2026-11-24T12:00:00Z', channel: 'SMS', attempt_sid: `VL${'0'.repeat(32)}` },
    ],
    url: `https://verify.twilio.com/v2/Services/${service}/Verifications/${sid}`,
  };
}
