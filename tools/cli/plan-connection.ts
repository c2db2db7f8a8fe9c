import { isRecord } from '../../functions/adapters/is-record.ts';
import type { Auth0Management } from './auth0-management.ts';
import type { Auth0Wanted } from './auth0-wanted.ts';
import type { Change } from './change.ts';
import { difference } from './difference.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { isTemplateReadable, MACHINE_TEMPLATE } from './read-template.ts';
import { textAt } from './text-at.ts';

/** Which of Auth0's two ways to the gateway. */
export type Door = 'legacy' | 'action';

/** The connection for passwordless logins by phone. */
export interface PhoneConnection {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const DEFAULT_CODE_LENGTH = 6;

/** The connection of strategy `sms`; the one named `sms` where there are several. Null for none. */
export async function readPhoneConnection(auth0: Auth0Management): Promise<PhoneConnection | null> {
  const answer = await auth0.get('/connections?strategy=sms&per_page=50');
  const found = listAt(answer);
  const chosen = found.find((one) => textAt(one, 'name') === 'sms') ?? found[0];
  if (chosen === undefined) return null;
  const options = memberAt(chosen, 'options');
  return { id: textAt(chosen, 'id'), options: isRecord(options) ? options : {} };
}

/** The door that a connection's codes go through; null where neither is ours. */
export function doorOf({ options }: PhoneConnection): Door | null {
  const isUnified = options['use_phone_provider'] === true || options['use_phone_provider'] === 'unified';
  if (isUnified) return 'action';
  return options['provider'] === 'sms_gateway' ? 'legacy' : null;
}

/** Whether the gateway finds the code in the connection's messages. */
export function isConnectionReadable(
  options: PhoneConnection['options'],
  codes: Auth0Wanted['codes'],
): boolean {
  const length = Number(memberAt(options, 'totp', 'length') ?? DEFAULT_CODE_LENGTH);
  return isTemplateReadable(textAt(options, 'template'), length, codes);
}

/**
 * What the options of the legacy door must become: the old ones, with ours in their place. A template that the gateway can
 * read stays.
 */
export function mergeConnectionOptions(
  options: PhoneConnection['options'],
  wanted: Auth0Wanted,
): Readonly<Record<string, unknown>> {
  const given = options['gateway_authentication'];
  const before = isRecord(given) ? given : {};
  const [newest = ''] = wanted.gatewayKeys;
  return {
    ...options,
    ...(doorOf({ id: '', options }) === 'action' ? { use_phone_provider: false } : {}),
    provider: 'sms_gateway',
    gateway_url: wanted.gatewayUrl,
    gateway_authentication: {
      ...before,
      method: 'bearer',
      audience: wanted.audience,
      ...(wanted.subject === '' ? {} : { subject: wanted.subject }),
      secret: newest,
      secret_base64_encoded: wanted.keysAreBase64,
    },
    forward_req_info: true,
    ...(isConnectionReadable(options, wanted.codes) ? {} : { syntax: 'liquid', template: MACHINE_TEMPLATE }),
  };
}

/** What has to change so that the codes of the connection go through a door. */
export async function planConnection(
  auth0: Auth0Management,
  wanted: Auth0Wanted,
  door: Door,
): Promise<readonly Change[]> {
  const connection = await readPhoneConnection(auth0);
  if (connection === null) return door === 'action' ? [] : [newConnection(auth0, wanted)];
  const { id, options } = connection;
  const isOldTenant = options['provider'] !== undefined;
  const merged =
    door === 'legacy' ? mergeConnectionOptions(options, wanted) : throughAction(options, isOldTenant);
  const lines = difference(options, merged);
  if (lines.length === 0) return [];
  // PATCH replaces options whole: https://auth0.com/docs/api/management/v2/connections/patch-connections-by-id
  const apply = async (): Promise<void> => {
    await auth0.patch(`/connections/${id}`, { options: merged });
  };
  return [{ what: 'connection sms', lines, apply }];
}

/** Newer tenants know no other way and have no switch; older ones are told to use the phone provider. */
function throughAction(
  options: PhoneConnection['options'],
  isOldTenant: boolean,
): PhoneConnection['options'] {
  const isThere = doorOf({ id: '', options }) === 'action';
  return isThere || !isOldTenant ? options : { ...options, use_phone_provider: true };
}

function newConnection(auth0: Auth0Management, wanted: Auth0Wanted): Change {
  const basis = {
    name: 'sms',
    from: null,
    totp: { length: DEFAULT_CODE_LENGTH, time_step: 180 },
    brute_force_protection: true,
    disable_signup: false,
  };
  const options = mergeConnectionOptions(basis, wanted);
  const apply = async (): Promise<void> => {
    await auth0.post('/connections', { name: 'sms', strategy: 'sms', options });
  };
  return {
    what: 'new connection sms (enable it for your applications)',
    lines: difference({}, options),
    apply,
  };
}
