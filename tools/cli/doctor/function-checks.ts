import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { askJson } from '../ask-json.ts';
import type { FunctionName } from '../deployed-function.ts';
import type { Facts } from '../facts.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const MAX_CLOCK_SECONDS = 60;
const TOKEN_SECONDS = 60;
// Too short to be a number of any country: refused after authentication and before anything is asked of Twilio.
const IMPOSSIBLE = JSON.stringify({ v: 1, recipient: '+1', code: '000000' });
const WRONG = 'a-wrong-credential-of-the-doctor-0000';
const ROTATED =
  'wait a minute for the mounted secrets, then make deploy: the function reads another secret than Secret Manager holds';

/** The functions themselves. Nothing is ever sent. */
export const FUNCTION_CHECKS: readonly Check[] = [
  {
    id: 'functions.health',
    group: 'functions',
    title: 'functions answer',
    needs: ['google.functions'],
    run: checkHealth,
  },
  {
    id: 'functions.clock',
    group: 'functions',
    title: 'clock of this machine',
    needs: ['functions.health'],
    run: checkClock,
  },
  {
    id: 'functions.gateway',
    group: 'functions',
    title: 'gateway takes our key and no other',
    needs: ['functions.health', 'google.secrets'],
    run: checkGateway,
  },
  {
    id: 'functions.log-stream',
    group: 'functions',
    title: 'log-stream takes our token and no other',
    needs: ['functions.health', 'google.secrets'],
    run: checkLogStream,
  },
];

async function checkHealth(facts: Facts): Promise<Finding> {
  for (const name of ['gateway', 'log-stream'] satisfies FunctionName[]) {
    const { status } = await askJson({ url: `${await facts.url(name)}/health` });
    if (status === 403)
      return red(
        `Google refuses calls to ${name}`,
        'see "When allUsers may not be granted" in docs/operations.md',
      );
    if (status !== 200)
      return red(`${name} answers ${status}`, `read its log: gcloud functions logs read, event config.fault`);
  }
  return green('GET /health is 200 on both');
}

async function checkClock(facts: Facts): Promise<Finding> {
  const { headers } = await askJson({ url: `${await facts.url('gateway')}/health` });
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return green('the function names no time');
  const seconds = Math.round(Math.abs(theirs - facts.world.now().getTime()) / 1000);
  if (seconds <= MAX_CLOCK_SECONDS) return green(`${seconds} s apart`);
  return red(
    `${seconds} s from that of the function`,
    'set this clock by the network (NTP): signatures are good for 300 s',
  );
}

async function checkGateway(facts: Facts): Promise<Finding> {
  const url = await facts.url('gateway');
  const [key = ''] = await facts.keys('gateway');
  const { keysAreBase64, tokens } = await facts.settings();
  const bytes = Buffer.from(key, keysAreBase64 ? 'base64url' : 'utf8');
  const signed = await post(url, { 'x-signature': signature(bytes, facts.world.now()) });
  if (signed !== 400)
    return red(`a signed request for an impossible number is answered ${signed}, not 400`, ROTATED);
  const token = await bearerToken(bytes, tokens, facts.world.now());
  const carried = await post(url, { authorization: `Bearer ${token}` });
  if (carried !== 400) return red(`a token of Auth0's form is answered ${carried}, not 400`, ROTATED);
  const wrong = await post(url, { 'x-signature': signature(Buffer.from(WRONG), facts.world.now()) });
  if (wrong !== 401)
    return red(`a wrong key is answered ${wrong}, not 401`, 'this is not the gateway: look at GATEWAY_URL');
  return green('signature and token 400 for an impossible number, wrong key 401');
}

async function checkLogStream(facts: Facts): Promise<Finding> {
  const url = await facts.url('log-stream');
  const [token = ''] = await facts.keys('log-stream');
  const right = (await askJson({ method: 'POST', url, headers: { authorization: token }, content: [] }))
    .status;
  if (right !== 200) return red(`an empty batch with our token is answered ${right}, not 200`, ROTATED);
  const wrong = (await askJson({ method: 'POST', url, headers: { authorization: WRONG }, content: [] }))
    .status;
  if (wrong !== 401)
    return red(
      `a wrong token is answered ${wrong}, not 401`,
      'this is not log-stream: look at LOG_STREAM_URL',
    );
  return green('empty batch 200, wrong token 401');
}

async function post(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return (await askJson({ method: 'POST', url, headers, content: JSON.parse(IMPOSSIBLE) as unknown })).status;
}

function signature(key: Buffer, now: Date): string {
  const time = Math.floor(now.getTime() / 1000);
  return `t=${time},v1=${createHmac('sha256', key).update(`gateway.v1.${time}.${IMPOSSIBLE}`).digest('hex')}`;
}

function bearerToken(
  key: Buffer,
  { audience, subject }: { readonly audience: string; readonly subject: string },
  now: Date,
): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const token = new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setIssuedAt(seconds);
  if (subject !== '') token.setSubject(subject);
  return token.setExpirationTime(seconds + TOKEN_SECONDS).sign(key);
}
