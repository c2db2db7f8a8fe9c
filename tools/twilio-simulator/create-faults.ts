import type { Fault } from './fault.ts';
import { testNumber } from './test-number.ts';

/** A number whose verifications fail in one way. */
export interface CreateFault {
  readonly name: string;
  readonly number: string;
  readonly fault: Fault;
  /** The only channel that fails; default: all. */
  readonly channel?: string;
}

type Row = readonly [index: number, name: string, fault: Fault, channel?: string];

const REACHED = { 'Twilio-Reached-Rate-Limit': 'ip_and_phone', 'Retry-After': '120' };

const ROWS: readonly Row[] = [
  [600, '60200 To', { status: 400, code: 60200, message: 'Invalid parameter `To`: {to}' }],
  [
    601,
    '60200 other',
    { status: 400, code: 60200, message: 'Invalid parameter `ChannelConfiguration`: from' },
  ],
  [602, '60202', { status: 429, code: 60202 }],
  [603, '60203', { status: 429, code: 60203 }],
  [604, '60204', { status: 403, code: 60204 }],
  [605, '60205', { status: 403, code: 60205 }, 'sms'],
  [606, '60212', { status: 429, code: 60212 }],
  [607, '60217', { status: 400, code: 60217 }],
  [608, '60218', { status: 400, code: 60218 }],
  [609, '60219', { status: 400, code: 60219 }],
  [610, '60220', { status: 400, code: 60220 }],
  [611, '60222', { status: 403, code: 60222 }],
  [612, '60223', { status: 400, code: 60223 }],
  [613, '60226', { status: 400, code: 60226 }],
  [614, '60238', { status: 403, code: 60238 }],
  [615, '60242', { status: 400, code: 60242 }],
  [616, '60245', { status: 400, code: 60245 }],
  [617, '60248', { status: 400, code: 60248 }],
  [618, '60250', { status: 400, code: 60250 }],
  [619, '60410', { status: 403, code: 60410 }],
  [620, '60412', { status: 403, code: 60412 }],
  [621, '60413', { status: 403, code: 60413 }],
  [622, '60605', { status: 403, code: 60605 }],
  [623, '60735', { status: 400, code: 60735 }],
  [624, '20429 limit', { status: 429, code: 20429, headers: REACHED }],
  [625, '20429', { status: 429, code: 20429 }],
  [626, '25109', { status: 429, code: 25109 }],
  [627, '20003', { status: 401, code: 20003 }],
  [628, '20404', { status: 404, code: 20404, message: 'The requested resource /Services was not found' }],
  [629, '500', { status: 500 }],
  [630, '503', { status: 503 }],
  [631, '20500', { status: 500, code: 20500 }],
  [632, '20503', { status: 503, code: 20503 }],
  [633, 'unknown code', { status: 400, code: 69_999 }],
  [634, 'html', { status: 502, kind: 'html' }],
  [635, 'empty', { status: 500, kind: 'empty' }],
  [636, 'text', { kind: 'text' }],
  [637, 'redirect', { status: 302, kind: 'redirect' }],
  [638, 'big', { kind: 'big' }],
  [639, 'reset', { kind: 'reset' }],
  [640, 'hang', { kind: 'hang' }],
  [641, 'half', { kind: 'half' }],
  [642, 'problem', { status: 429, code: 60203, kind: 'problem' }],
];

/** The numbers whose verifications fail, one for each way. */
export const CREATE_FAULTS: readonly CreateFault[] = ROWS.map(([index, name, fault, channel]) => ({
  name,
  number: testNumber(index),
  fault,
  ...(channel === undefined ? {} : { channel }),
}));

const BY_NUMBER: ReadonlyMap<string, CreateFault> = new Map(CREATE_FAULTS.map((row) => [row.number, row]));

/** What goes wrong when a code is sent to a number by a channel; undefined: nothing. */
export function createFaultOf(number: string, channel: string): Fault | undefined {
  const row = BY_NUMBER.get(number);
  return row?.channel === undefined || row.channel === channel ? row?.fault : undefined;
}
