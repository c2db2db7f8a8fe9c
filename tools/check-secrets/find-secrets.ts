/** Where something stands that looks like a secret; never the text itself. */
export interface FoundSecret {
  /** From 1. */
  readonly line: number;
  readonly kind: string;
}

/** How secrets look. An account's identifier is none, but it belongs to somebody, and has no place here either. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a Twilio API key', /\bSK[0-9a-f]{32}\b/g],
  ['a Twilio account', /\bAC[0-9a-f]{32}\b/g],
  ['a Twilio service', /\bVA[0-9a-f]{32}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=]{16}/g],
  ['a signed token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
  ['a Google API key', /\bAIza[\w-]{35}\b/g],
  ['a Google OAuth token', /\bya29\.[\w-]{20,}/g],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36}\b/g],
  ['an AWS key', /\bAKIA[0-9A-Z]{16}\b/g],
  [
    'a password in an address',
    /\bhttps?:\/\/[^\s/:@'"`${}]{1,64}:[^\s/:@'"`${}]{1,64}@(?!example\.(?:com|net|org)\b)/g,
  ],
];

/** Identifiers of the simulator and of examples are one digit again and again, with a number of their own at most. */
const MADE_UP = /^[A-Z]{2}([0-9a-f])\1{27}[0-9a-f]{4}$/;

/** Finds what looks like a secret in a text. */
export function findSecrets(text: string): readonly FoundSecret[] {
  return KINDS.flatMap(([kind, pattern]) =>
    Array.from(text.matchAll(pattern))
      .filter(([match]) => !MADE_UP.test(match))
      .map(({ index }) => ({ kind, line: text.slice(0, index).split('\n').length })),
  ).toSorted((a, b) => a.line - b.line);
}
