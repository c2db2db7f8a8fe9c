import { carrierKey } from './carrier.ts';
import type { RuleScope } from './rule.ts';

/** The fields `mcc` and `mnc` of a rule's document, as they came. */
export interface NetworkFields {
  readonly mcc: unknown;
  readonly mnc: unknown;
}

const HIGHEST_CODE = 999;

/** Whether a document has either field. */
export function hasNetworkFields({ mcc, mnc }: NetworkFields): boolean {
  return isGiven(mcc) || isGiven(mnc);
}

/**
 * The scope that the fields `mcc` and `mnc` of a document with a random id name: text or number, with or without
 * leading zeros; an `mnc` of `*` is every network of the MCC.
 *
 * @returns null when either is missing or no such code
 */
export function parseNetworkFields({ mcc, mnc }: NetworkFields): RuleScope | null {
  const mccDigits = parseMcc(mcc);
  if (mccDigits === null) return null;
  if (isEveryNetwork(mnc)) return { kind: 'mcc', mcc: mccDigits };
  const mncDigits = parseCode(mnc);
  return mncDigits === null ? null : { kind: 'carrier', mcc: mccDigits, mnc: mncDigits };
}

/** Whether the fields, as far as they are there, say what the id says. */
export function agreesWithScope({ mcc, mnc }: NetworkFields, scope: RuleScope): boolean {
  if (scope.kind !== 'carrier' && scope.kind !== 'mcc') return !hasNetworkFields({ mcc, mnc });
  if (isGiven(mcc) && parseMcc(mcc) !== scope.mcc) return false;
  if (!isGiven(mnc)) return true;
  if (scope.kind === 'mcc') return isEveryNetwork(mnc);
  return carrierKey(scope.mcc, parseCode(mnc)) === carrierKey(scope.mcc, scope.mnc);
}

function isGiven(field: unknown): boolean {
  return field !== undefined && field !== null;
}

function isEveryNetwork(mnc: unknown): boolean {
  return typeof mnc === 'string' && mnc.trim() === '*';
}

/** A number has lost its leading zeros: 1 is MCC 001, the test network. */
function parseMcc(mcc: unknown): string | null {
  return parseCode(mcc)?.padStart(3, '0') ?? null;
}

/** Digits of a code from 0 to 999, at most three unless there were more zeros in front. */
function parseCode(code: unknown): string | null {
  const text = typeof code === 'number' ? String(code) : code;
  if (typeof text !== 'string') return null;
  const digits = text.trim();
  if (!/^\d{1,6}$/.test(digits) || Number(digits) > HIGHEST_CODE) return null;
  return digits.slice(-3);
}
