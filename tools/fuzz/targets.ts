import { createSecretKey } from 'node:crypto';
import { decodeFirestoreFields } from '../../functions/adapters/firestore-value.ts';
import { clientNetwork } from '../../functions/domain/client-network.ts';
import { parseEmailAddress } from '../../functions/domain/email-address.ts';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { parseRule } from '../../functions/domain/parse-rule.ts';
import { parseSettings } from '../../functions/domain/parse-settings.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { DEFAULT_SETTINGS } from '../../functions/domain/settings.ts';
import { verifyBearerToken } from '../../functions/gateway/bearer-token.ts';
import { readOneTimeCode } from '../../functions/gateway/one-time-code.ts';
import { parseRequest } from '../../functions/gateway/request.ts';
import { readSignature } from '../../functions/gateway/signature.ts';

/** A parser, and what it is fed. */
export interface FuzzTarget {
  readonly name: string;
  /** Parses; `repeated` inputs of 16 KiB as well. */
  readonly run: (input: Buffer) => unknown;
  /** Inputs in order, from which others are made. */
  readonly seeds: readonly string[];
  /** Whether it may fail so. */
  readonly allows: (error: unknown) => boolean;
}

const isRefusal = (error: unknown): boolean => error instanceof Refusal;
const never = (): boolean => false;
const FORMAT = { pattern: null, length: 6 };
const KEY = createSecretKey(Buffer.from('0123456789abcdef0123456789abcdef'));
const NOW_MS = Date.UTC(2026, 10, 24, 12);
const POLICY = { audience: 'urn:sms-gateway', subject: 'urn:Auth0', maxAgeSeconds: 0, requireExpiry: false };
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ1cm46c21zLWdhdGV3YXkiLCJzdWIiOiJ1cm46QXV0aDAifQ';

const LEGACY =
  '{"recipient":"+44 7700 900001","body":"Your code is: 123456","sender":"x","req":{"ip":"2001:db8::1","user-agent":"m"}}';
const ACTION =
  '{"v":1,"recipient":"+447700900001","code":"123456","channel":"sms","locale":"en-US","message_type":"otp_verify","req":{"ip":"203.0.113.7"},"app":"Acme"}';
const FIELDS =
  '{"action":{"stringValue":"allow"},"enabled":{"booleanValue":true},"expiresAt":{"timestampValue":"2026-11-24T12:00:00Z"},"mcc":{"integerValue":"234"},"m":{"mapValue":{"fields":{"a":{"arrayValue":{"values":[{"nullValue":null}]}}}}}}';
const RULE = '{"id":"234-51","fields":{"action":"monitor","enabled":true,"mcc":234,"mnc":"01","reason":"r"}}';
const SETTINGS =
  '{"mode":"lockdown","defaultCountry":"deny","channels":{"default":"sms","byCountry":{"BR":"whatsapp"},"landline":"call"},"watch":{"mode":"block","never":["GB"],"maxRules":5}}';

/** JSON where the input is some; nothing to do where it is not. */
function json(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString('utf8'));
  } catch {
    return undefined;
  }
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** A rule where the input is one as JSON; else a rule with the input for its id. */
function ruleOf(input: Buffer): { readonly id: string; readonly fields: Readonly<Record<string, unknown>> } {
  const document = recordIn(json(input));
  const id = document?.['id'];
  return {
    id: typeof id === 'string' ? id : input.toString('utf8'),
    fields: recordIn(document?.['fields']) ?? {},
  };
}

/** Every parser of what others wrote. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'parseRequest',
    run: (input) => parseRequest(input, FORMAT),
    seeds: [LEGACY, ACTION],
    allows: isRefusal,
  },
  {
    name: 'readOneTimeCode',
    run: (input) => readOneTimeCode(input.toString('utf8'), ['447700900001', '7700900001'], FORMAT),
    seeds: [
      'Your code is: 123456',
      'c=123456\nl=en\na=Acme\nch=sms',
      '123456',
      'https://a.example/1 +44 7700 900001 123456',
    ],
    allows: isRefusal,
  },
  {
    name: 'readSignature',
    run: (input) => readSignature(input.toString('utf8'), NOW_MS).signs(input, [KEY]),
    seeds: [
      `t=${NOW_MS / 1000},v1=${'ab'.repeat(32)}`,
      `t=${NOW_MS / 1000},v1=${'0'.repeat(64)},v1=${'f'.repeat(64)},v0=x`,
    ],
    allows: isRefusal,
  },
  {
    name: 'verifyBearerToken',
    run: (input) => verifyBearerToken(input.toString('latin1'), [KEY], POLICY, NOW_MS),
    seeds: [`${TOKEN}.${'A'.repeat(43)}`, 'eyJhbGciOiJub25lIn0.e30.'],
    allows: isRefusal,
  },
  {
    name: 'parsePhoneNumber, parseEmailAddress, clientNetwork',
    run: (input) => {
      const text = input.toString('utf8');
      return [parsePhoneNumber(text), parseEmailAddress(text), clientNetwork(text)];
    },
    seeds: [
      '+44 (7700) 900-001',
      'a.b+c@mail.example',
      '203.0.113.7',
      '2001:db8::ffff:203.0.113.7',
      'fe80::1%eth0',
    ],
    allows: never,
  },
  {
    name: 'decodeFirestoreFields',
    run: (input) => decodeFirestoreFields(json(input)),
    seeds: [FIELDS],
    allows: (error) => error instanceof TypeError && error.message.startsWith('a Firestore'),
  },
  {
    name: 'parseRule',
    run: (input) => parseRule(ruleOf(input)),
    seeds: [RULE, '+447700900', 'UZ', '310-260', '234-*', 'type:premium'],
    allows: never,
  },
  {
    name: 'parseSettings',
    run: (input) => parseSettings(recordIn(json(input)), DEFAULT_SETTINGS),
    seeds: [SETTINGS],
    allows: never,
  },
];
