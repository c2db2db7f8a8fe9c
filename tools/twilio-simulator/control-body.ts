import { FAULT_KINDS, type FaultKind } from './fault.ts';
import type { InjectedFault } from './faults.ts';
import type { Network } from './network.ts';
import { parseOperation } from './operation.ts';
import {
  networksOf,
  type Latency,
  type RateLimitOption,
  type ResendReading,
  type Settings,
} from './settings.ts';

/** What a body means, or what is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

type Fields = Readonly<Record<string, unknown>>;
type Reader<T> = (value: unknown) => T | undefined;

/** Reads `{"advanceMs": …}`: milliseconds, 0 or more. */
export function parseAdvance(body: string): Parsed<number> {
  const fields = parseFields(body);
  const ms = asNumber(fields?.['advanceMs']);
  return ms === undefined ? { problem: 'advanceMs must be a number of 0 or more' } : { value: ms };
}

/** Reads a fault. An unknown field is a problem: it is a spelling mistake. */
export function parseFault(body: string): Parsed<InjectedFault> {
  const fields = parseFields(body);
  if (fields === null) return { problem: 'the body must be a JSON object' };
  const operation = parseOperation(fields['operation']);
  if (operation === null) return { problem: 'operation is unknown' };
  const readers = {
    times: asPositiveInteger,
    status: asPositiveInteger,
    code: asPositiveInteger,
    delayMs: asNumber,
    message: asText,
    kind: asKind,
    processed: asBoolean,
    headers: asTexts,
  };
  const parsed = readAll<Omit<InjectedFault, 'operation'>>(fields, readers, ['operation']);
  return 'problem' in parsed ? parsed : { value: { ...parsed.value, operation } };
}

/** Reads changes to the settings. */
export function parseSettings(body: string): Parsed<Partial<Settings>> {
  const fields = parseFields(body);
  if (fields === null) return { problem: 'the body must be a JSON object' };
  return readAll<Settings>(fields, {
    resend: asReading,
    latencyMs: asLatency,
    rateLimits: asRateLimits,
    numbers: asNetworks,
    channels: asChannels,
    customCodeEnabled: asBoolean,
    lookupEnabled: asBoolean,
  });
}

function readAll<T extends object>(
  fields: Fields,
  readers: { readonly [K in keyof T]-?: Reader<NonNullable<T[K]>> },
  others: readonly string[] = [],
): Parsed<Partial<T>> {
  const value: Partial<T> = {};
  const names = new Set(Object.keys(readers));
  const unknown = Object.keys(fields).find((name) => !names.has(name) && !others.includes(name));
  if (unknown !== undefined) return { problem: `${unknown} is unknown` };
  for (const name in readers) {
    if (fields[name] === undefined) continue;
    const read = readers[name](fields[name]);
    if (read === undefined) return { problem: `${name} is not valid` };
    value[name] = read;
  }
  return { value };
}

function parseFields(body: string): Fields | null {
  try {
    return asFields(JSON.parse(body)) ?? null;
  } catch {
    return null;
  }
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function asPositiveInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function asKind(value: unknown): FaultKind | undefined {
  return FAULT_KINDS.find((kind) => kind === value);
}

function asReading(value: unknown): ResendReading | undefined {
  return value === 'keep-old-code' || value === 'take-new-code' ? value : undefined;
}

function asTexts(value: unknown): Readonly<Record<string, string>> | undefined {
  return asRecordOf(value, asText);
}

function asLatency(value: unknown): Latency | undefined {
  const one = asNumber(value);
  if (one !== undefined) return one;
  const byOperation = asRecordOf(value, asNumber);
  const isKnown = Object.keys(byOperation ?? {}).every((name) => parseOperation(name) !== null);
  return isKnown ? byOperation : undefined;
}

function asChannels(value: unknown): ReadonlySet<string> | undefined {
  const channels = asListOf(value, asText);
  return channels && new Set(channels);
}

function asRateLimits(value: unknown): readonly RateLimitOption[] | undefined {
  return asListOf(value, (entry) => {
    const fields = asFields(entry);
    const uniqueName = asText(fields?.['uniqueName']);
    const buckets = asListOf(fields?.['buckets'], asBucket);
    return uniqueName === undefined || buckets === undefined ? undefined : { uniqueName, buckets };
  });
}

function asBucket(value: unknown): RateLimitOption['buckets'][number] | undefined {
  const fields = asFields(value);
  const max = asPositiveInteger(fields?.['max']);
  const intervalSeconds = asPositiveInteger(fields?.['intervalSeconds']);
  return max === undefined || intervalSeconds === undefined ? undefined : { max, intervalSeconds };
}

function asNetworks(value: unknown): ReadonlyMap<string, Network | null> | undefined {
  const networks = asRecordOf<Partial<Network> | null>(value, (entry) => {
    if (entry === null) return null;
    const fields = asFields(entry);
    if (fields === undefined) return undefined;
    const parsed = readAll<Network>(fields, {
      mcc: asText,
      mnc: asText,
      carrierName: asText,
      lineType: asText,
      errorCode: asPositiveInteger,
    });
    return 'problem' in parsed ? undefined : parsed.value;
  });
  return networks && networksOf(networks);
}

function asListOf<T>(value: unknown, read: Reader<T>): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(read).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function asRecordOf<T>(value: unknown, read: Reader<T>): Readonly<Record<string, T>> | undefined {
  const entries = Object.entries(asFields(value) ?? { '': undefined });
  const read_ = entries.map(([name, entry]) => [name, read(entry)] as const);
  const good = read_.filter(
    (entry): entry is readonly [string, T & NonNullable<unknown>] => entry[1] !== undefined,
  );
  return good.length === entries.length ? Object.fromEntries(good) : undefined;
}
