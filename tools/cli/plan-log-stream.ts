import { isRecord } from '../../functions/adapters/is-record.ts';
import type { Auth0Management } from './auth0-management.ts';
import type { Auth0Wanted } from './auth0-wanted.ts';
import type { Change } from './change.ts';
import { difference } from './difference.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';

/** Name of the stream that set-up makes; that of the output of Terraform. */
const NAME = 'twilio-verify-feedback';
/** Without these categories no login is reported. */
const FILTERS = [
  { type: 'category', name: 'auth.login.success' },
  { type: 'category', name: 'auth.token_exchange.success' },
];

type Stream = Readonly<Record<string, unknown>>;

/** The stream that goes to the function, or is named as ours; null for none. */
export async function readLogStream(auth0: Auth0Management, url: string): Promise<Stream | null> {
  const all = listAt(await auth0.get('/log-streams')).filter(isRecord);
  return (
    all.find((one) => sameUrl(textAt(one, 'sink', 'httpEndpoint'), url)) ??
    all.find((one) => one['name'] === NAME) ??
    null
  );
}

/** Why logins do not arrive through a stream, a sentence each; empty when they do. */
export function logStreamProblems(stream: Stream, wanted: Auth0Wanted): readonly string[] {
  const authorization = textAt(stream, 'sink', 'httpAuthorization').replace(/^Bearer /, '');
  const names = filterNames(stream);
  const missing = names.length === 0 ? [] : FILTERS.filter(({ name }) => !names.includes(name));
  return [
    ...(stream['status'] === 'active' ? [] : [`it is ${textAt(stream, 'status') || 'not active'}`]),
    ...(sameUrl(textAt(stream, 'sink', 'httpEndpoint'), wanted.logStreamUrl)
      ? []
      : ['it goes to another address']),
    ...(textAt(stream, 'sink', 'httpContentFormat') === 'JSONARRAY' ? [] : ['its format is not JSON array']),
    ...(wanted.logStreamTokens.includes(authorization)
      ? []
      : ['its authorization is none of LOG_STREAM_TOKENS']),
    ...missing.map(({ name }) => `the filter ${name} is missing`),
    ...(hidesUserNames(stream) ? ['it masks or hashes user names, which hold the numbers'] : []),
  ];
}

/** What has to change so that logins arrive. What else the stream carries stays. */
export async function planLogStream(auth0: Auth0Management, wanted: Auth0Wanted): Promise<readonly Change[]> {
  const [newest = ''] = wanted.logStreamTokens;
  const sink = {
    httpEndpoint: wanted.logStreamUrl,
    httpAuthorization: newest,
    httpContentType: 'application/json',
    httpContentFormat: 'JSONARRAY',
  };
  const stream = await readLogStream(auth0, wanted.logStreamUrl);
  if (stream === null) {
    const content = { name: NAME, type: 'http', sink, filters: FILTERS };
    const apply = async (): Promise<void> => {
      await auth0.post('/log-streams', content);
    };
    return [{ what: `new log stream ${NAME}`, lines: difference({}, content), apply }];
  }
  const before = Object.fromEntries(Object.entries(stream).filter(([name]) => PATCHED.includes(name)));
  const after = { ...before, ...repaired(stream, { ...asRecord(stream['sink']), ...sink }) };
  const lines = difference(before, after);
  if (lines.length === 0) return [];
  const apply = async (): Promise<void> => {
    await auth0.patch(`/log-streams/${textAt(stream, 'id')}`, after);
  };
  return [{ what: `log stream ${textAt(stream, 'name')}`, lines, apply }];
}

const PATCHED = ['name', 'status', 'sink', 'filters', 'pii_config'];

function repaired(stream: Stream, sink: Stream): Stream {
  const names = filterNames(stream);
  const missing = names.length === 0 ? [] : FILTERS.filter(({ name }) => !names.includes(name));
  const pii = asRecord(stream['pii_config']);
  const fields = listAt(pii, 'log_fields').filter((field) => field !== 'username');
  return {
    status: 'active',
    sink,
    filters: [...listAt(stream, 'filters'), ...missing],
    ...(hidesUserNames(stream) ? { pii_config: { ...pii, log_fields: fields } } : {}),
  };
}

function filterNames(stream: Stream): readonly string[] {
  return listAt(stream, 'filters').map((filter) => textAt(filter, 'name'));
}

function hidesUserNames(stream: Stream): boolean {
  return listAt(memberAt(stream, 'pii_config'), 'log_fields').includes('username');
}

function asRecord(value: unknown): Stream {
  return isRecord(value) ? value : {};
}

function sameUrl(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}
