import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSignature } from '../../../functions/gateway/signature.ts';
import { aMac, aSignature } from '../../support/a-signature.ts';
import { aKey, KEY_TEXT, NOW_SECONDS, OTHER_KEY_TEXT } from '../../support/a-token.ts';

const BODY = Buffer.from('{"v":1,"recipient":"+447700900001","code":"123456"}');
const MAC = aMac(BODY);
const UNAUTHENTICATED = expect.objectContaining({ name: 'Refusal', code: 'unauthenticated' });

function read(header: string, nowMs = NOW_SECONDS * 1000) {
  return readSignature(header, nowMs);
}

function isSigned(header: string, body: Buffer = BODY, keys: readonly string[] = [KEY_TEXT]): boolean {
  return read(header).signs(
    body,
    keys.map((key) => aKey(key)),
  );
}

describe('readSignature', () => {
  it.each([
    ['a signature as our Action makes it', aSignature(BODY)],
    ['spaces after commas', `t=${NOW_SECONDS}, v1=${MAC}`],
    ['the MAC before the time', `v1=${MAC},t=${NOW_SECONDS}`],
    ['capital digits', `t=${NOW_SECONDS},v1=${MAC.toUpperCase()}`],
    ['a second MAC that is right', `t=${NOW_SECONDS},v1=${'0'.repeat(64)},v1=${MAC}`],
    ['a second MAC that is none', `t=${NOW_SECONDS},v1=${MAC},v1=deadbeef`],
    ['a version to come beside it', `t=${NOW_SECONDS},v1=${MAC},v2=anything`],
    ['a time 300 s ago', aSignature(BODY, { time: NOW_SECONDS - 300 })],
    ['a time 300 s ahead', aSignature(BODY, { time: NOW_SECONDS + 300 })],
  ])('accepts %s', (_name, header) => {
    expect(isSigned(header)).toBe(true);
  });

  it('signs the bytes as they are, text or not', () => {
    const body = Buffer.from([0xff, 0x00, 0xfe]);

    expect(isSigned(aSignature(body), body)).toBe(true);
  });

  it.each([
    ['newest', [OTHER_KEY_TEXT, KEY_TEXT]],
    ['oldest', [KEY_TEXT, OTHER_KEY_TEXT]],
  ])('accepts the %s of several keys', (_name, keys) => {
    expect(isSigned(aSignature(BODY, { key: OTHER_KEY_TEXT }), BODY, keys)).toBe(true);
  });

  it.each([
    ['another key', aSignature(BODY, { key: OTHER_KEY_TEXT })],
    ['another body', aSignature('{}')],
    ['a body with one byte more', aSignature(Buffer.concat([BODY, Buffer.from('\n')]))],
    ['another purpose', aSignature(BODY, { purpose: 'log-stream.v1.' })],
    ['no purpose', aSignature(BODY, { purpose: '' })],
    ['another time', `t=${NOW_SECONDS},v1=${aMac(BODY, { time: NOW_SECONDS - 1 })}`],
    ['the same time in another spelling', `t=0${NOW_SECONDS},v1=${MAC}`],
    ['an invented MAC', `t=${NOW_SECONDS},v1=${'0'.repeat(64)}`],
  ])('takes a signature over %s for none', (_name, header) => {
    expect(isSigned(header)).toBe(false);
  });

  it('takes nothing for a signature where there is no key', () => {
    expect(isSigned(aSignature(BODY), BODY, [])).toBe(false);
  });

  it.each([
    ['an empty header', ''],
    ['no time', `v1=${MAC}`],
    ['no MAC', `t=${NOW_SECONDS}`],
    ['an empty time', `t=,v1=${MAC}`],
    ['two times', `t=${NOW_SECONDS},t=${NOW_SECONDS},v1=${MAC}`],
    ['a time that is negative', `t=-${NOW_SECONDS},v1=${MAC}`],
    ['a time with a fraction', `t=${NOW_SECONDS}.0,v1=${MAC}`],
    ['a time with an exponent', `t=1e9,v1=${MAC}`],
    ['a time in milliseconds', aSignature(BODY, { time: NOW_SECONDS * 1000 })],
    ['a time that is a word', `t=now,v1=${MAC}`],
    ['a time of many digits', `t=${'9'.repeat(300)},v1=${MAC}`],
    ['a time 301 s ago', aSignature(BODY, { time: NOW_SECONDS - 301 })],
    ['a time 301 s ahead', aSignature(BODY, { time: NOW_SECONDS + 301 })],
    ['an empty MAC', `t=${NOW_SECONDS},v1=`],
    ['a short MAC', `t=${NOW_SECONDS},v1=${MAC.slice(2)}`],
    ['a long MAC', `t=${NOW_SECONDS},v1=${MAC}00`],
    ['a MAC in base64', `t=${NOW_SECONDS},v1=${Buffer.from(MAC, 'hex').toString('base64')}`],
    ['a MAC that is no hexadecimal', `t=${NOW_SECONDS},v1=${'g'.repeat(64)}`],
    ['another version alone', `t=${NOW_SECONDS},v0=${MAC}`],
    ['a name in capitals', `t=${NOW_SECONDS},V1=${MAC}`],
    ['semicolons for commas', `t=${NOW_SECONDS};v1=${MAC}`],
    ['a bearer token', `Bearer ${MAC}`],
    ['more MACs than any rotation needs', `t=${NOW_SECONDS}${`,v1=${MAC}`.repeat(1000)}`],
    ['a huge header', `t=${NOW_SECONDS},v1=${MAC},x=${'x'.repeat(1_000_000)}`],
  ])('refuses %s', (_name, header) => {
    expect(() => read(header)).toThrow(UNAUTHENTICATED);
  });

  it('refuses every other text, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(() => read(text)).toThrow(UNAUTHENTICATED);
      }),
      { numRuns: 300 },
    );
  });
});
