import type { Operation } from './operation.ts';

const PAGING = ' PageSize Page PageToken';
const ATTEMPTS = 'VerifyServiceSid DateCreatedAfter DateCreatedBefore Country Channel ';
const LOOKUP =
  'Fields CountryCode FirstName LastName AddressLine1 AddressLine2 City State PostalCode AddressCountryCode ' +
  'NationalId DateOfBirth LastVerifiedDate VerificationSid PartnerSubId';
const CREATE =
  'To Channel CustomFriendlyName CustomMessage SendDigits Locale CustomCode Amount Payee RateLimits ' +
  'ChannelConfiguration AppHash TemplateSid TemplateCustomSubstitutions Templates DeviceIp EnableSnaClientToken ' +
  'RiskCheck Tags';

// As the client of version 6.2.0 writes them.
const ROWS: readonly (readonly [operation: Operation, names: string])[] = [
  ['lookup', LOOKUP],
  ['verification.create', CREATE],
  ['verification.update', 'Status'],
  ['rate-limit.create', 'UniqueName Description'],
  ['bucket.create', 'Max Interval'],
  ['bucket.update', 'Max Interval'],
  ['attempt.list', `${ATTEMPTS}VerificationSid ChannelData.To Status${PAGING}`],
  ['attempt.summary', `${ATTEMPTS}DestinationPrefix`],
];
const KNOWN: ReadonlyMap<Operation, ReadonlySet<string>> = new Map(
  ROWS.map(([operation, names]) => [operation, new Set(names.split(' '))]),
);

/** The parameters of a call that Twilio does not have, or passes over without a word: usually a spelling mistake. */
export function unknownParameters(
  operation: Operation,
  params: Readonly<Record<string, string>>,
): readonly string[] {
  const known = KNOWN.get(operation);
  return known === undefined ? [] : Object.keys(params).filter((name) => !known.has(name));
}
