import { isoTime } from './iso-time.ts';
import { pageReply } from './page.ts';
import type { Call, Handler } from './reply.ts';
import type { Service, ServiceStore } from './service-store.ts';
import { invalidParameter, notFound, twilioError } from './twilio-error.ts';

/** What the operations on services work with. */
export interface ServicesContext {
  readonly accountSid: string;
  readonly nowMs: () => number;
  readonly services: ServiceStore;
}

/** The operations on Verify services. */
export interface Services {
  readonly list: Handler;
  readonly create: Handler;
  readonly fetch: Handler;
  readonly update: Handler;
}

type Params = Readonly<Record<string, string>>;

const MAX_NAME = 30;

/** Makes the operations on services. They know the name, the length of codes, custom codes and Lookup. */
export function createServices({ accountSid, nowMs, services }: ServicesContext): Services {
  const show = (call: Call) => (service: Service) => serviceAnswer(service, accountSid, call.origin);
  return {
    list: (call) => pageReply(call, 'services', services.all().toReversed(), show(call)),
    create: (call) => {
      const name = call.params['FriendlyName'];
      if (name === undefined)
        return twilioError(60200, { message: 'Missing required parameter FriendlyName' });
      const fault = faultOf(call.params);
      if (fault !== null) return invalidParameter(fault, call.params[fault] ?? '');
      const service = services.create(name);
      change(service, call.params);
      return { status: 201, body: show(call)(service) };
    },
    fetch: (call) => {
      const service = services.get(call.ids[0] ?? '');
      return service === undefined ? notFound(call.path) : { status: 200, body: show(call)(service) };
    },
    update: (call) => {
      const service = services.get(call.ids[0] ?? '');
      if (service === undefined) return notFound(call.path);
      const fault = faultOf(call.params);
      if (fault !== null) return invalidParameter(fault, call.params[fault] ?? '');
      change(service, call.params);
      service.updatedAtMs = nowMs();
      return { status: 200, body: show(call)(service) };
    },
  };
}

function faultOf(params: Params): string | null {
  const forms: readonly (readonly [name: string, isValid: (value: string) => boolean])[] = [
    ['FriendlyName', (value) => value !== '' && value.length <= MAX_NAME && !/\d{5}/.test(value)],
    ['CodeLength', (value) => /^([4-9]|10)$/.test(value)],
    ['CustomCodeEnabled', isBoolean],
    ['LookupEnabled', isBoolean],
  ];
  const wrong = forms.find(([name, isValid]) => params[name] !== undefined && !isValid(params[name]));
  return wrong?.[0] ?? null;
}

function isBoolean(value: string): boolean {
  return /^(true|false)$/i.test(value);
}

function change(service: Service, params: Params): void {
  const flag = (name: string, current: boolean): boolean =>
    params[name] === undefined ? current : params[name].toLowerCase() === 'true';
  service.friendlyName = params['FriendlyName'] ?? service.friendlyName;
  service.codeLength = Number(params['CodeLength'] ?? service.codeLength);
  service.customCodeEnabled = flag('CustomCodeEnabled', service.customCodeEnabled);
  service.lookupEnabled = flag('LookupEnabled', service.lookupEnabled);
}

function serviceAnswer(service: Service, accountSid: string, origin: string): unknown {
  const url = `${origin}/v2/Services/${service.sid}`;
  return {
    sid: service.sid,
    account_sid: accountSid,
    friendly_name: service.friendlyName,
    code_length: service.codeLength,
    lookup_enabled: service.lookupEnabled,
    psd2_enabled: false,
    skip_sms_to_landlines: false,
    dtmf_input_required: true,
    tts_name: null,
    do_not_share_warning_enabled: false,
    custom_code_enabled: service.customCodeEnabled,
    push: {},
    totp: {},
    default_template_sid: null,
    whatsapp: { msg_service_sid: null, from: null },
    passkeys: null,
    verify_event_subscription_enabled: false,
    date_created: isoTime(service.createdAtMs),
    date_updated: isoTime(service.updatedAtMs),
    url,
    links: { verifications: `${url}/Verifications`, rate_limits: `${url}/RateLimits` },
  };
}
