import type { Operation } from './operation.ts';

/** An API key that the simulator accepts. */
export interface ApiKey {
  /** `SK…`; the account's own SID with its token works too. */
  readonly sid: string;
  readonly secret: string;
  /** What a restricted key may do; default: everything. */
  readonly permissions?: readonly Operation[];
  /** Whether it is a main key: no other one may make keys. */
  readonly isMain?: boolean;
}

/** Who calls. */
export interface Caller {
  /** The SID that was named, even when it was refused; null where no Basic credential came. */
  readonly sid: string | null;
  readonly isAllowed: boolean;
}

/**
 * Makes the check of Basic credentials.
 *
 * @param made - the keys made over the API, by SID
 * @returns checks the header `Authorization` of a call; a restricted key without the permission is refused like a wrong one
 */
export function createCredentialCheck(
  keys: readonly ApiKey[],
  made: (sid: string) => ApiKey | undefined,
): (authorization: string | undefined, operation: Operation) => Caller {
  const bySid = new Map(keys.map((key) => [key.sid, key]));
  return (authorization, operation) => {
    const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
    if (encoded === undefined) return { sid: null, isAllowed: false };
    const credential = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = credential.indexOf(':');
    if (colon < 0) return { sid: null, isAllowed: false };
    const sid = credential.slice(0, colon);
    const key = bySid.get(sid) ?? made(sid);
    const isAllowed = key?.secret === credential.slice(colon + 1) && isPermitted(key, operation);
    return { sid, isAllowed };
  };
}

function isPermitted({ permissions, isMain = false }: ApiKey, operation: Operation): boolean {
  if (operation === 'unknown') return true;
  if (operation === 'key.create' || operation === 'key.list') return isMain;
  return permissions?.includes(operation) ?? true;
}
