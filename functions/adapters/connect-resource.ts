import domainModule from 'twilio/lib/base/Domain.js';
import versionModule from 'twilio/lib/base/Version.js';
import type { TwilioConnection } from './twilio-transport.ts';

const Domain = domainModule.default;
const Version = versionModule.default;

type BaseClient = ConstructorParameters<typeof Domain>[0];

/**
 * One resource of version 2 of Twilio's APIs, over our transport.
 *
 * The package's own class of a version (`twilio/lib/rest/verify/V2.js`) brings all resources of the API, which are six
 * times the code of those that we use. A resource asks for that class by its type, and uses what its base has.
 *
 * @param resource - what the package makes the resource with, such as `VerificationListInstance`
 * @param rest - what it takes besides the version
 */
export function connectResource<Rest extends readonly unknown[], Resource>(
  resource: (version: never, ...rest: Rest) => Resource,
  { client, baseUrl }: TwilioConnection,
  ...rest: Rest
): Resource {
  // Of its client a domain uses `request` alone.
  const domain = new Domain(client as unknown as BaseClient, baseUrl);
  return resource(new Version(domain, 'v2') as never, ...rest);
}
