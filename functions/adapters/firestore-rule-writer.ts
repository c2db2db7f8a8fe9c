import { createDeadline, type Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import type { WatchRule, WatchRules } from '../watch/ports.ts';
import { decodeFirestoreFields } from './firestore-value.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { isOwnRule } from './is-own-rule.ts';
import { isRecord } from './is-record.ts';
import { withinTime } from './within-time.ts';

/** Which database is written to, and how. */
export interface FirestoreRuleWriterOptions {
  readonly httpClient: HttpClient;
  readonly project: string;
  /** `(default)` or the name of a database. */
  readonly database: string;
  /** Host and port of an emulator, which is asked by plain HTTP as its owner; absent: Google. */
  readonly emulatorHost?: string | undefined;
  /** Not called for an emulator. */
  readonly accessToken: () => Promise<string>;
}

const LIMIT_MS = 5000;
const OK = 200;
const GONE = 404;
const ALREADY_THERE = 409;
const BAD_REQUEST = 400;

/**
 * Creates the writer of rules of our own, over Firestore's REST interface. A rule takes 5 s at most.
 *
 * A document is created only where there is none, and changed only if it is ours and as we wrote it last, which its field
 * `written` tells, and then only if nobody has changed it since it was read: Firestore checks both. So what a person made
 * or changed stays, however late they came. Fields that we do not write stay too.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/Precondition
 */
export function createFirestoreRuleWriter(options: FirestoreRuleWriterOptions): Pick<WatchRules, 'write'> {
  const { project, database } = options;
  const ask = createAsk(options);

  const prolong = async (rule: WatchRule, limit: Deadline) => {
    const found = await ask('GET', `/blocklist/${encodeURIComponent(rule.id)}`, limit, [OK, GONE]);
    const updateTime = found.status === OK ? updateTimeOfOurs(found.body) : null;
    if (updateTime === null) return 'kept';
    const fields = fieldsOf(rule);
    const name = `projects/${project}/databases/${database}/documents/blocklist/${rule.id}`;
    // Not a PATCH: Google's emulator understands its precondition in no spelling.
    const change = {
      update: { name, fields },
      updateMask: { fieldPaths: Object.keys(fields) },
      currentDocument: { updateTime },
    };
    const expected = [OK, BAD_REQUEST, GONE, ALREADY_THERE];
    const written = await ask('POST', ':commit', limit, expected, { writes: [change] });
    if (written.status === BAD_REQUEST && !isChangedMeanwhile(written.body)) throw new Fault('unavailable');
    return written.status === OK ? 'prolonged' : 'kept';
  };

  return {
    write: async (rule, deadline) => {
      const limit = createDeadline(Math.min(LIMIT_MS, deadline.remainingMs()));
      const query = new URLSearchParams({ documentId: rule.id });
      const path = `/blocklist?${query.toString()}`;
      const { status } = await ask('POST', path, limit, [OK, ALREADY_THERE], { fields: fieldsOf(rule) });
      return status === OK ? 'created' : prolong(rule, limit);
    },
  };
}

/** Asks the database; every answer but those expected is a fault. */
function createAsk({ httpClient, project, database, emulatorHost, accessToken }: FirestoreRuleWriterOptions) {
  const origin = emulatorHost === undefined ? 'https://firestore.googleapis.com' : `http://${emulatorHost}`;
  const name = `projects/${encodeURIComponent(project)}/databases/${encodeURIComponent(database)}`;
  const root = `${origin}/v1/${name}/documents`;

  return async (
    method: string,
    path: string,
    limit: Deadline,
    expected: readonly number[],
    body?: unknown,
  ): Promise<HttpAnswer> => {
    const answer = await unavailableUnless(async () => {
      const token =
        emulatorHost === undefined ? await withinTime(accessToken(), limit.remainingMs()) : 'owner';
      return httpClient.request({
        method,
        url: root + path,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: limit.remainingMs(),
      });
    });
    if (expected.includes(answer.status)) return answer;
    const isRefused = answer.status === 401 || answer.status === 403;
    throw new Fault(isRefused ? 'misconfigured' : 'unavailable');
  };
}

async function unavailableUnless<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new Fault('unavailable', { cause });
  }
}

/**
 * What the rule says, and once more in `written`, by which we know later whether a person has changed it.
 *
 * Never the fields `mcc` and `mnc`: the id says it all, and beside a prefix or a country they would be a mistake.
 */
function fieldsOf({ action, reason, expiresAt }: WatchRule) {
  const said = {
    action: { stringValue: action },
    reason: { stringValue: reason },
    expiresAt: { timestampValue: expiresAt.toISOString() },
  };
  return { ...said, source: { stringValue: 'watch' }, written: { mapValue: { fields: said } } };
}

/** When a document of ours was last written; null for one that a person made or changed. */
function updateTimeOfOurs(text: string): string | null {
  const document = parseObject(text);
  const isOurs = isOwnRule(decodeFirestoreFields(document['fields']));
  const updateTime = document['updateTime'];
  return isOurs && typeof updateTime === 'string' ? updateTime : null;
}

function isChangedMeanwhile(text: string): boolean {
  const { error } = parseObject(text);
  return isRecord(error) && error['status'] === 'FAILED_PRECONDITION';
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
