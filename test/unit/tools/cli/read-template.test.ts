import { describe, expect, it } from '@jest/globals';
import { isTemplateReadable, MACHINE_TEMPLATE } from '../../../../tools/cli/read-template.ts';

const FORMAT = { pattern: null, length: 6 };

describe('isTemplateReadable', () => {
  it.each([
    ['made for machines', MACHINE_TEMPLATE],
    ['the default of Auth0', 'Your verification code is: @@password@@'],
    ['nothing but the code', '@@password@@'],
    ['with digits that are none', 'Acme 2: {{ code }} for {{ phone_number }}'],
    [
      'with branches',
      "{% if request_language == 'de' %}Code {{ code }}{% else %}Your code: {{ code }}{% endif %}",
    ],
    ['with the form of Web OTP', 'Code {{ code }}\n\n@example.com #{{ code }}'],
  ])('reads one %s', (_name, template) => {
    expect(isTemplateReadable(template, 6, FORMAT)).toBe(true);
  });

  it.each([
    ['without a code', 'Welcome to {{ application.name }}'],
    ['with another number as long', 'Ref 998877: {{ code }}'],
    ['with letters at the code', 'G-{{ code }}x'],
  ])('does not read one %s', (_name, template) => {
    expect(isTemplateReadable(template, 6, FORMAT)).toBe(false);
  });

  it('does not read codes of another length in a sentence, but does in lines for machines', () => {
    expect(isTemplateReadable('Your code: {{ code }}', 8, FORMAT)).toBe(false);
    expect(isTemplateReadable(MACHINE_TEMPLATE, 8, FORMAT)).toBe(true);
  });

  it('reads by the pattern where there is one', () => {
    const format = { pattern: /code (\d{3}-\d{3})/u, length: 6 };
    expect(isTemplateReadable('Ref 998877 code {{ code }}', 6, format)).toBe(false);
    expect(isTemplateReadable('Ref 998877 code {{ code }}', 6, { ...format, pattern: /code (\d{6})/u })).toBe(
      true,
    );
  });
});
