import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  readOneTimeCode,
  type CodeFormat,
  type ReadMessage,
} from '../../../functions/gateway/one-time-code.ts';

const NOT_FOUND = expect.objectContaining({ name: 'Refusal', code: 'code_not_found' });
const SIX: CodeFormat = { pattern: null, length: 6 };
const FOUR: CodeFormat = { pattern: null, length: 4 };
/** The digits of +447700900001 and +12025550100, whole and without the calling code. */
const BRITISH = ['447700900001', '7700900001'];
const AMERICAN = ['12025550100', '2025550100'];

function read(text: string, format: CodeFormat = SIX, recipient: readonly string[] = BRITISH): ReadMessage {
  return readOneTimeCode(text, recipient, format);
}

function withPattern(source: string): CodeFormat {
  return { pattern: new RegExp(source, 'u'), length: 6 };
}

describe('readOneTimeCode: a text that is nothing but digits', () => {
  it.each(['1234', '12345', '123456', '1234567890', '000000', '012345'])('takes %s as it is', (text) => {
    expect(read(text)).toEqual({ code: text, locale: null, app: null, channel: null });
  });

  it('takes it with space around it', () => {
    expect(read('  123456\r\n').code).toBe('123456');
  });

  it.each(['1', '123', '12345678901', '1'.repeat(1000)])('refuses %s, which has not 4 to 10', (text) => {
    expect(() => read(text)).toThrow(NOT_FOUND);
  });
});

describe('readOneTimeCode: lines made for machines', () => {
  it('reads the template that is shipped', () => {
    expect(read('c=123456\nl=en-US,en;q=0.9\na=Acme 2 Go\n')).toEqual({
      code: '123456',
      locale: 'en-US,en;q=0.9',
      app: 'Acme 2 Go',
      channel: null,
    });
  });

  it.each([
    ['\n', 'of Unix'],
    ['\r\n', 'of Windows'],
    ['\r', 'of old Macs'],
  ])('reads lines that end with %j, %s', (end) => {
    expect(read(['c=1234', 'l=de', 'a=Acme', 'ch=call', ''].join(end))).toEqual({
      code: '1234',
      locale: 'de',
      app: 'Acme',
      channel: 'call',
    });
  });

  it('reads them in any order, and beside text for people', () => {
    expect(read('Hello\nl=fr\n\n c= 123456 \nYour number 998877').code).toBe('123456');
  });

  it('lets the first of a key win', () => {
    const text = 'c=123456\nl=en\na=One\nch=call\nc=654321\nl=de\na=Two\nch=sms';

    expect(read(text)).toEqual({ code: '123456', locale: 'en', app: 'One', channel: 'call' });
  });

  it('keeps an equals sign in a value', () => {
    expect(read('c=123456\na=x=y').app).toBe('x=y');
  });

  it('takes an empty value other than the code for absent', () => {
    expect(read('c=123456\nl=\na=\nch=')).toEqual({ code: '123456', locale: null, app: null, channel: null });
  });

  it.each([
    ['is empty', 'c='],
    ['is undefined', 'c=undefined'],
    ['has three digits', 'c=123'],
    ['has eleven digits', 'c=12345678901'],
    ['has a letter', 'c=12345a'],
    ['has a dash', 'c=123-456'],
    ['has two codes', 'c=123456 654321'],
    ['is signed', 'c=+123456'],
    ['has digits of another script', 'c=١٢٣٤٥٦'],
    ['is bad at first and good later', 'c=\nc=123456'],
  ])('refuses where c= %s, though the text holds another code', (_name, line) => {
    expect(() => read(`${line}\nYour code is 777777`)).toThrow(NOT_FOUND);
  });
});

describe('readOneTimeCode: a text for people', () => {
  it.each([
    ['the template of Auth0', 'Your verification code is: 123456'],
    ['a full stop behind it', 'Your code is 123456.'],
    ['it in brackets', '[123456] is your code'],
    ['it in quotation marks', 'Code "123456"'],
    ['it first', '123456 is your Acme 2 code, valid for 10 minutes'],
    ['a year beside it', '© 2026 Acme. Code: 123456'],
    ['it twice', '123456 is your code. Again: 123456'],
    ['the name of the application with digits', 'Acme2000: your code is 123456'],
    ['a longer number beside it', 'Order 1234567890123: 123456'],
    ['no space in Chinese', '验证码123456，请勿泄露'],
    ['no space in Japanese', '認証コードは123456です。'],
    ['no space in Korean', '인증번호는123456입니다'],
    ['no space in Thai', 'รหัส123456คือ'],
    ['no space in Russian', 'Код123456для входа'],
    ['letters with accents around it', 'é123456ü'],
    ['a right-to-left script', 'رمز التحقق 123456 '],
    ['an emoji on each side', '\u{1F512}123456\u{1F512}'],
    ['Web OTP', 'Your code is 123456.\n\n@example.com #123456'],
    ['Web OTP alone', '@example.com #123456'],
    ['Web OTP with a frame', '@top.example.com #123456 @frame.example.com'],
    ['the hash of the SMS Retriever', '<#> Your code is 123456\nFA+9qCX9VSu'],
    ['a hash with digits between letters', 'Code 123456\nab654321cde'],
    ['an address with a path of digits', 'Code 123456 or https://example.com/a/998877'],
    ['an address with a query of digits', 'Code 123456 or https://example.com/?t=654321&x=111111.'],
    ['an address without a scheme', 'Code 123456, see example.com/998877'],
    ['an address that begins with www', 'Code 123456, see www.example.com/998877'],
    ['a link of an application', 'Code 123456, acme://open/998877'],
    ['an address before Chinese text', 'https://example.com/998877，验证码123456'],
    ['a help line', 'Code 123456. Help: +1 202 555 0199'],
    ['a help line in brackets', 'Code 123456. Help: +1 (202) 555-0199'],
    ['a help line with dots', 'Code 123456. Help: +44.7700.900999'],
    ['a help line before it', 'Help +12025550199 code 123456'],
    ['a help line right before it', '+12025550199 123456'],
    ['the recipient before it', '+447700900001 123456'],
    ['the recipient and a bracket before it', '+44 7700 900001 (123456)'],
    ['the text undefined beside it', 'undefined: 123456'],
  ])('finds the code with %s', (_name, text) => {
    expect(read(text)).toEqual({ code: '123456', locale: null, app: null, channel: null });
  });

  it.each([
    ['E.164', '+447700900001'],
    ['without a plus', '447700900001'],
    ['groups', '+44 7700 900001'],
    ['groups of three', '+44 770 090 0001'],
    ['groups and no plus', '44 7700 900001'],
    ['a trunk 0 in brackets', '+44 (0)7700 900001'],
    ['a trunk 0 in brackets and dashes', '+44-(0)-7700-900001'],
    ['national', '07700 900001'],
    ['national, without the trunk 0', '7700 900001'],
    ['national, in brackets', '(07700) 900001'],
    ['national, with dashes', '07700-900001'],
    ['national, with dots', '07700.900001'],
    ['national, with no-break spaces', '07700\u00a0900001'],
    ['international without a plus', '0044 7700 900001'],
    ['pairs', '07 70 09 00 00 1'],
    ['a part that looks like the code', '+447700 900001'],
  ])('does not take the number of the recipient for a code: %s', (_name, number) => {
    expect(read(`Code for ${number}: 123456`).code).toBe('123456');
    expect(() => read(`For ${number} only`)).toThrow(NOT_FOUND);
  });

  it.each([
    '(202) 555-0100',
    '1 (202) 555-0100',
    '+1 (202) 555-0100',
    '202-555-0100',
    '202.555.0100',
    '1-202-555-0100',
  ])('does not take the last four digits of %s for a code of four', (number) => {
    expect(read(`${number}: code 4321`, FOUR, AMERICAN).code).toBe('4321');
    expect(() => read(`For ${number}`, FOUR, AMERICAN)).toThrow(NOT_FOUND);
  });

  it.each([
    '+1 (202) 555-0199',
    '+1-202-555-0199',
    '+44 (0)7700 900999',
    '+44-(0)-7700-900999',
    '+12025550199',
  ])('does not take a part of the help line %s for a code of four', (number) => {
    expect(read(`Help: ${number}, code 4321`, FOUR).code).toBe('4321');
    expect(() => read(`Help: ${number}`, FOUR)).toThrow(NOT_FOUND);
  });

  it('takes the code where it stands right before the number of the recipient', () => {
    expect(read('123456 +447700900001').code).toBe('123456');
    expect(read('123456 07700 900001').code).toBe('123456');
  });

  it.each([
    [4, '4321'],
    [5, '54321'],
    [8, '87654321'],
    [10, '9876543210'],
  ])('finds codes of the configured length %i, and no others', (length, code) => {
    expect(read(`Your code: ${code}, not 123`, { pattern: null, length }).code).toBe(code);
    expect(() => read(`Your code: ${code}`, { pattern: null, length: length === 6 ? 7 : 6 })).toThrow(
      NOT_FOUND,
    );
  });

  it.each([
    ['nothing', ''],
    ['space', ' \n'],
    ['undefined', 'undefined'],
    ['a text without digits', 'Your code is on its way'],
    ['two codes', 'Your code is 123456 or 654321'],
    ['a reference beside it', 'Ref: 998877 code 123456'],
    ['a split code', 'Your code is 123-456'],
    ['a code with a space in it', 'Your code is 123 456'],
    ['five digits', 'Your code is 12345'],
    ['seven digits', 'Your code is 1234567'],
    ['a letter right before', 'Your code is G123456'],
    ['a letter right behind', 'Your code is 123456x'],
    ['an underscore before', 'Your code is _123456'],
    ['an underscore behind', 'Your code is 123456_'],
    ['digits of full width', 'コード１２３４５６'],
    ['digits of Arabic', 'الرمز ١٢٣٤٥٦'],
    ['a code in an address alone', 'https://example.com/123456'],
    ['a number with a plus alone', 'Call +44 7700 900999'],
    ['six digits behind a plus', 'Call +123456'],
  ])('refuses %s instead of guessing', (_name, text) => {
    expect(() => read(text)).toThrow(NOT_FOUND);
  });

  it.each([
    ['a year', 'Code 4321, © 2026'],
    ['the end of a number that is longer than any', '+1 202 555 0199 12345678'],
  ])('refuses a code of four beside %s', (_name, text) => {
    expect(() => read(text, FOUR, AMERICAN)).toThrow(NOT_FOUND);
  });

  it.each([
    ['dots', 'a.'.repeat(8000)],
    ['dashes', 'a-'.repeat(8000)],
    ['pluses', '+'.repeat(16_000)],
    ['digits and spaces', '1 '.repeat(8000)],
    ['brackets', '('.repeat(16_000)],
  ])('comes to an end with 16 KiB of %s', (_name, text) => {
    expect(() => read(text)).toThrow(NOT_FOUND);
  });
});

describe('readOneTimeCode: the configured pattern', () => {
  it.each([
    ['code (\\d{4})', 'In 2026 your code 4321 is', '4321'],
    ['(\\d{3}-\\d{3})', 'Your code is 123-456', '123456'],
    ['(\\d{3} \\d{3})', 'Your code is 123 456', '123456'],
    ['code[: ]+([0-9.]+)\\b', 'Ref: 998877 code 12.34.56', '123456'],
    ['G-(\\d+)', 'G-123456 is your code', '123456'],
    ['(?<code>\\d{8})', 'one 12345678', '12345678'],
    ['(\\d{6})', '123456 is your code: 123456', '123456'],
    ['Order \\d+|(\\d{6})', 'Order 998877: your code is 123456', '123456'],
    ['(\\d+)', 'Your code is 123456, valid for 5 minutes', '123456'],
  ])('takes what the group of %s matches', (source, text, code) => {
    expect(read(text, withPattern(source))).toEqual({ code, locale: null, app: null, channel: null });
  });

  it.each([
    ['does not match', 'code (\\d{6})', 'Your number: 123456'],
    ['does not match a text of digits alone', 'code (\\d{6})', '123456'],
    ['does not match lines for machines', 'code (\\d{6})', 'c=123456'],
    ['matches no digits', 'code (\\w+)', 'code undefined'],
    ['matches without its group', 'code|(\\d{6})', 'code abcdef'],
    ['matches several codes', '(\\d{6})', 'Order 998877: your code is 123456'],
    ['matches nothing in its group', 'code(\\d*)', 'code'],
    ['matches three digits', '(\\d{3})', '123456'],
    ['matches eleven digits', '(\\d+)', '12345678901'],
    ['matches digits of another script', '(\\p{Nd}{6})', 'x １２３４５６'],
  ])('decides alone: refuses where it %s', (_name, source, text) => {
    expect(() => read(text, withPattern(source))).toThrow(NOT_FOUND);
  });
});

describe('readOneTimeCode: any text at all', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.stringMatching(/^\d{1,12}$/),
    fc.constantFrom(
      '\n',
      ' ',
      'c=',
      'l=',
      '+44',
      'https://example.com/',
      '-',
      '(',
      '验证码',
      '+447700900001',
    ),
  );

  it('gives 4 to 10 digits that stand in the text, or refuses', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.integer({ min: 4, max: 10 }), (parts, length) => {
        const text = parts.join('');
        const code = attempt(() => read(text, { pattern: null, length }).code);

        expect(code === 'code_not_found' || (/^\d{4,10}$/.test(code) && text.includes(code))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('never takes a piece of a longer run of digits', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const code = attempt(() => read(text).code);
        const runs = text.match(/\d+/g) ?? [];

        expect(code === 'code_not_found' || (runs as readonly string[]).includes(code)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  function attempt(run: () => string): string {
    try {
      return run();
    } catch (error) {
      return error instanceof Error ? error.message : 'thrown';
    }
  }
});
