import { SIMULATOR_DEFAULTS } from '../twilio-simulator/settings.ts';
import type { Defence, Twilio } from './day.ts';

const RULES = new Set(['234-51', '234-58', '234-55']);
const FIELDS = 'line_type_intelligence';

/** What went before this gateway: each send asks Lookup, compares with a list of three networks, and starts. */
export function startOriginal(twilio: Twilio): Promise<Defence> {
  const path = `/v2/Services/${SIMULATOR_DEFAULTS.serviceSid}/Verifications`;
  return Promise.resolve({
    send: async ({ number, ip }) => {
      const looked = await twilio.call(
        'GET',
        `/v2/PhoneNumbers/${encodeURIComponent(number)}?Fields=${FIELDS}`,
      );
      const carrier = looked.body[FIELDS] as Readonly<Record<string, unknown>> | null;
      const network = `${String(carrier?.['mobile_country_code'])}-${String(carrier?.['mobile_network_code'])}`;
      if (RULES.has(network)) return false;
      const started = await twilio.call('POST', path, {
        To: number,
        Channel: 'sms',
        CustomCode: '123456',
        RateLimits: JSON.stringify({ ip_and_phone: `${number}|${ip}` }),
      });
      return started.status === 201;
    },
    everyFiveMinutes: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  });
}
