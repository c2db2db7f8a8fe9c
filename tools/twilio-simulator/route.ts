import type { Operation } from './operation.ts';

/** What a path asks for. */
export interface Route {
  readonly operation: Operation;
  /** The variable parts of the path, decoded: SIDs, numbers, addresses. */
  readonly ids: readonly string[];
  /** False where the path exists but not with this method. */
  readonly isMethodKnown: boolean;
}

type Methods = Readonly<Partial<Record<string, Operation>>>;

// Every second part of a path is a variable one, except in Attempts/Summary.
const ROUTES: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['PhoneNumbers/:', { GET: 'lookup' }],
  ['Services', { GET: 'service.list', POST: 'service.create' }],
  ['Services/:', { GET: 'service.fetch', POST: 'service.update' }],
  ['Services/:/Verifications', { POST: 'verification.create' }],
  ['Services/:/Verifications/:', { GET: 'verification.fetch', POST: 'verification.update' }],
  ['Services/:/RateLimits', { GET: 'rate-limit.list', POST: 'rate-limit.create' }],
  ['Services/:/RateLimits/:', { GET: 'rate-limit.fetch' }],
  ['Services/:/RateLimits/:/Buckets', { GET: 'bucket.list', POST: 'bucket.create' }],
  ['Services/:/RateLimits/:/Buckets/:', { POST: 'bucket.update' }],
  ['Attempts', { GET: 'attempt.list' }],
  ['Attempts/:', { GET: 'attempt.fetch' }],
]);
const NOWHERE: Route = { operation: 'unknown', ids: [], isMethodKnown: true };

/**
 * Finds what is asked. Lookup and Verify share one origin: their paths do not clash.
 *
 * @param path - without the query, as it came; both `+` and `%2B` stand for a plus
 */
export function findRoute(method: string, path: string): Route {
  // IAM counts its versions for itself.
  if (path === '/v1/Keys') {
    const operation = method === 'POST' ? 'key.create' : 'key.list';
    return { operation, ids: [], isMethodKnown: method === 'POST' || method === 'GET' };
  }
  if (!path.startsWith('/v2/')) return NOWHERE;
  if (path === '/v2/Attempts/Summary') {
    return { operation: 'attempt.summary', ids: [], isMethodKnown: method === 'GET' };
  }
  const parts = path.slice('/v2/'.length).split('/');
  const methods = ROUTES.get(parts.map((part, index) => (index % 2 === 1 ? ':' : part)).join('/'));
  const ids = decodeAll(parts.filter((_part, index) => index % 2 === 1));
  if (methods === undefined || ids === null) return NOWHERE;
  const operation = methods[method];
  return operation === undefined
    ? { operation: 'unknown', ids, isMethodKnown: false }
    : { operation, ids, isMethodKnown: true };
}

function decodeAll(parts: readonly string[]): readonly string[] | null {
  if (parts.includes('')) return null;
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return null;
  }
}
