import { randomBytes } from 'node:crypto';
import type { ApiKey } from './credentials.ts';
import { newSid } from './new-sid.ts';
import type { Operation } from './operation.ts';
import { pageReply, type Listed } from './page.ts';
import type { Handler } from './reply.ts';
import { twilioError } from './twilio-error.ts';

/** The operations on API keys (IAM v1), and the keys that they have made. */
export interface Keys {
  readonly create: Handler;
  readonly list: Handler;
  /** Those made over the API, by SID. */
  readonly made: (sid: string) => ApiKey | undefined;
  clear(): void;
}

interface MadeKey extends ApiKey, Listed {
  readonly name: string;
  readonly allow: readonly string[];
}

// Those of the many permissions of restricted keys that have an operation here.
const PERMISSIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['/twilio/lookup/phone-numbers/read', 'lookup'],
  ['/twilio/verify/verification/create', 'verification.create'],
  ['/twilio/verify/verification/read', 'verification.fetch'],
  ['/twilio/verify/verification/update', 'verification.update'],
  ['/twilio/verify/verification-attempt/list', 'attempt.list'],
  ['/twilio/verify/verification-attempt/read', 'attempt.fetch'],
]);

/**
 * Makes the operations on keys: restricted ones alone. The secret is in the answer to the creation and never again.
 *
 * @see https://www.twilio.com/docs/iam/api-keys/key-resource-v1
 */
export function createKeys(accountSid: string): Keys {
  const keys: MadeKey[] = [];
  return {
    create: ({ params }) => {
      const allow = allowedBy(params['Policy'] ?? '');
      const isGood = params['AccountSid'] === accountSid && params['KeyType'] === 'restricted';
      if (!isGood || allow === null || allow.some((name) => !PERMISSIONS.has(name)))
        return twilioError(70002);
      const key: MadeKey = {
        sid: newSid('SK'),
        secret: randomBytes(16).toString('hex'),
        name: params['FriendlyName'] ?? '',
        allow,
        permissions: allow.flatMap((name) => PERMISSIONS.get(name) ?? []),
        sequence: keys.length,
      };
      keys.push(key);
      return { status: 201, body: { ...show(key), secret: key.secret, policy: { allow } } };
    },
    list: (call) => pageReply(call, 'keys', keys.toReversed(), show),
    made: (sid) => keys.find((key) => key.sid === sid),
    clear: () => keys.splice(0),
  };
}

function show({ sid, name }: MadeKey) {
  return { sid, friendly_name: name };
}

function allowedBy(policy: string): readonly string[] | null {
  try {
    const { allow } = JSON.parse(policy) as { allow?: unknown };
    return Array.isArray(allow) && allow.every((name) => typeof name === 'string') ? allow : null;
  } catch {
    return null;
  }
}
