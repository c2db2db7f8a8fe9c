import { isProcessed } from './fault.ts';
import { lookupFaultOf } from './lookup-faults.ts';
import type { Network } from './network.ts';
import { factsOf } from './numbers.ts';
import type { Call, Handler, Reply } from './reply.ts';
import type { Settings } from './settings.ts';
import { notFound, twilioError } from './twilio-error.ts';

const PACKAGES: ReadonlySet<string> = new Set(
  (
    'validation caller_name sim_swap call_forwarding line_status line_type_intelligence identity_match ' +
    'reassigned_number sms_pumping_risk phone_number_quality_score pre_fill'
  ).split(' '),
);

/** Makes the operation of Lookup v2. Of the packages only `line_type_intelligence` is filled. */
export function createLookup(settings: () => Settings): Handler {
  return (call) => {
    const number = call.ids[0] ?? '';
    if (!/^\+[1-9]\d{0,31}$/.test(number)) return notFound(call.path);
    const fields = (call.params['Fields'] ?? '').split(',').filter((field) => field !== '');
    const unknown = fields.find((field) => !PACKAGES.has(field));
    if (unknown !== undefined) return twilioError(20001, { parameter: `Fields: ${unknown}` });
    const fault = lookupFaultOf(number);
    if (fault !== undefined && !isProcessed(fault)) return { status: 200, body: null, fault };
    const reply = answer(call, number, fields.includes('line_type_intelligence'), settings());
    return fault === undefined ? reply : { ...reply, fault };
  };
}

function answer({ origin }: Call, number: string, isTypeAsked: boolean, { numbers }: Settings): Reply {
  const { callingCode, country, network, validationErrors } = factsOf(number, numbers);
  const isValid = validationErrors.length === 0;
  const body = {
    calling_country_code: isValid ? callingCode : null,
    country_code: country,
    phone_number: number,
    national_format: number.slice(1 + callingCode.length),
    valid: isValid,
    validation_errors: validationErrors,
    caller_name: null,
    sim_swap: null,
    call_forwarding: null,
    line_status: null,
    line_type_intelligence: isTypeAsked && network !== null ? intelligence(network) : null,
    identity_match: null,
    reassigned_number: null,
    sms_pumping_risk: null,
    phone_number_quality_score: null,
    pre_fill: null,
    url: `${origin}/v2/PhoneNumbers/${number}`,
  };
  return { status: 200, body };
}

function intelligence({ mcc, mnc, carrierName, lineType, errorCode }: Network): unknown {
  return {
    mobile_country_code: mcc,
    mobile_network_code: mnc,
    carrier_name: carrierName,
    type: lineType,
    error_code: errorCode,
  };
}
