import type { Question } from '../../functions/domain/verdict.ts';
import type { CheckedLookup, CheckedQuestion, NumberCheck } from './number-check.ts';

const ENDS: Readonly<Record<NumberCheck['verdict'], string>> = {
  sent: 'WOULD BE SENT',
  blocked: 'WOULD NOT BE SENT',
  unknown: 'COULD NOT BE FOUND OUT',
};

const QUESTION_NAMES: readonly (readonly [Question, string])[] = [
  ['place', 'place'],
  ['network', 'network'],
  ['lineType', 'line type'],
];

/** What was found out, in lines for people. The number stands there whole: they have just typed it. */
export function describeCheck(check: NumberCheck): string {
  const { code, questions, settings, status, verdict } = check;
  const lines = [
    line('number', numberText(check.number)),
    line('read from', check.source),
    ...(settings === null ? [] : [line('settings', settingsText(settings))]),
    line('config', configText(check.config)),
    ...(questions === null
      ? []
      : QUESTION_NAMES.map(([question, name]) => line(name, questionText(questions[question])))),
    ...(check.lookup === null ? [] : [line('Lookup', lookupText(check.lookup))]),
    ...(check.channel === null ? [] : [line('channel', check.channel)]),
    ...check.problems.map(({ document, problem }) => line('look at', `${document}: ${problem}`)),
    '',
    `${ENDS[verdict]}${status === null ? '' : ` (${status} ${code})`}: ${check.why}.`,
  ];
  return lines.join('\n');
}

function line(name: string, text: string): string {
  return `${name.padEnd(11)}${text}`;
}

function numberText(number: NumberCheck['number']): string {
  if (number === null) return 'none';
  const country = number.country ?? 'of no country';
  return `${number.e164}, ${country}, calling code ${number.callingCode}`;
}

function settingsText({ mode, defaultCountry }: NonNullable<NumberCheck['settings']>): string {
  return `mode ${mode}, defaultCountry ${defaultCountry}`;
}

function configText(config: NumberCheck['config']): string {
  const { enabledChannels, defaultChannel, unknownCarrier, isDeployed } = config;
  const names = [
    `ENABLED_CHANNELS=${enabledChannels.join(',')}`,
    `DEFAULT_CHANNEL=${defaultChannel}`,
    `UNKNOWN_CARRIER=${unknownCarrier}`,
  ];
  return `${names.join(' ')}, as ${isDeployed ? 'deployed' : 'set here'}`;
}

function questionText({ answer, rule, reason, expiresAt }: CheckedQuestion): string {
  if (answer === 'not_asked') return 'not asked';
  if (answer === 'pass') return 'passes: nothing matches';
  const note = reason === null ? '' : `, ${JSON.stringify(reason)}`;
  const until = expiresAt === null ? '' : `, until ${expiresAt}`;
  return `${answer === 'block' ? 'blocked' : 'allowed'} by ${rule ?? ''}${until}${note}`;
}

function lookupText({ status, mcc, mnc, carrier, lineType }: CheckedLookup): string {
  switch (status) {
    case 'not_needed':
      return 'not needed: it could not change the verdict';
    case 'left_out':
      return 'left out (LOOKUP=0)';
    case 'unavailable':
      return 'no answer';
    case 'no_such_number':
      return 'no such number';
    case 'answered':
      return `${networkText(mcc, mnc)}, ${carrier ?? 'no name'}, ${lineType ?? 'unknown line type'}`;
  }
}

function networkText(mcc: string | null, mnc: string | null): string {
  if (mcc === null) return 'unknown network';
  return mnc === null ? `MCC ${mcc}, no MNC` : `${mcc}-${mnc}`;
}
