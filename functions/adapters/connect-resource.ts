import domainModule from 'twilio/lib/base/Domain.js';
import versionModule from 'twilio/lib/base/Version.js';
import type { TwilioConnection } from './twilio-transport.ts';

const Domain = domainModule.default;
const Version = versionModule.default;

type BaseClient = ConstructorParameters<typeof Domain>[0];

/**
 * Version 2 of one of Twilio's APIs, over our transport.
 *
 * The package's own class of it (`twilio/lib/rest/verify/V2.js`) brings all resources of the API, which are six times
 * the code of those that we use. A resource asks for that class by its type, and uses what its base has.
 */
export function connectVersion({ client, baseUrl }: TwilioConnection): InstanceType<typeof Version> {
  // Of its client a domain uses `request` alone.
  const domain = new Domain(client as unknown as BaseClient, baseUrl);
  return new Version(domain, 'v2');
}
