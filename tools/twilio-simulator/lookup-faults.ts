import type { Fault } from './fault.ts';
import { testNumber } from './test-number.ts';

/** A number whose Lookup fails in one way. */
export interface LookupFault {
  readonly name: string;
  readonly number: string;
  readonly fault: Fault;
}

const ROWS: readonly (readonly [index: number, name: string, fault: Fault])[] = [
  [
    701,
    '20404',
    { status: 404, code: 20404, message: 'The requested resource /PhoneNumbers/{to} was not found' },
  ],
  [702, '60616', { status: 429, code: 60616 }],
  [703, '500', { status: 500 }],
  [704, '20003', { status: 401, code: 20003 }],
  [705, 'hang', { kind: 'hang' }],
  [706, '60606', { status: 403, code: 60606 }],
  [707, 'html', { status: 200, kind: 'html' }],
  [708, 'reset', { kind: 'reset' }],
  [709, 'redirect', { status: 302, kind: 'redirect' }],
  [710, 'slow', { delayMs: 300 }],
  [711, '60614', { status: 400, code: 60614 }],
];

/** The numbers whose Lookup fails, one for each way. */
export const LOOKUP_FAULTS: readonly LookupFault[] = ROWS.map(([index, name, fault]) => ({
  name,
  number: testNumber(index),
  fault,
}));

const BY_NUMBER: ReadonlyMap<string, Fault> = new Map(
  LOOKUP_FAULTS.map(({ number, fault }) => [number, fault]),
);

/** What goes wrong when a number is looked up; undefined: nothing. */
export function lookupFaultOf(number: string): Fault | undefined {
  return BY_NUMBER.get(number);
}
