import type { TwilioAnswer, TwilioCall, TwilioConnection } from './twilio-transport.ts';

/** What a resource of the package asks of the version of its API. */
interface Version {
  create(call: TwilioCall): Promise<TwilioAnswer['body']>;
  fetch(call: TwilioCall): Promise<TwilioAnswer['body']>;
  update(call: TwilioCall): Promise<TwilioAnswer['body']>;
  setPromiseCallback<Operation>(operation: Operation): Operation;
}

/**
 * One resource of version 2 of Twilio's APIs, over our transport.
 *
 * The package's own class of a version (`twilio/lib/rest/verify/V2.js`) brings all resources of the API, which are six
 * times the code of those that we use; its base (`twilio/lib/base/Version.js`) judges answers that our transport has
 * judged, and puts addresses together by patterns. A resource asks for that class by its type, and calls what is here.
 *
 * @param resource - what the package makes the resource with, such as `VerificationListInstance`
 * @param rest - what it takes besides the version
 */
export function connectResource<Rest extends readonly unknown[], Resource>(
  resource: (version: never, ...rest: Rest) => Resource,
  { client, baseUrl }: TwilioConnection,
  ...rest: Rest
): Resource {
  const send = async (call: TwilioCall): Promise<TwilioAnswer['body']> => {
    const { body } = await client.request({ ...call, uri: `${baseUrl}/v2${call.uri ?? ''}` });
    return body;
  };
  const version: Version = {
    create: send,
    fetch: send,
    update: send,
    // Calls a callback, where there is one.
    setPromiseCallback: (operation) => operation,
  };
  return resource(version as never, ...rest);
}
