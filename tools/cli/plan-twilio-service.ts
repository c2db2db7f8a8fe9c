import { CliProblem } from './cli-problem.ts';
import type { Change } from './change.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';
import type { TwilioAdmin } from './twilio-admin.ts';

/** The service that is set up; its SID is known once it is there. */
export interface PlannedService {
  readonly changes: readonly Change[];
  /** The SID, also of a service that a change has just made. */
  readonly sid: () => string;
}

/** Which service, and its name in messages. */
export interface PlanTwilioServiceOptions {
  readonly admin: TwilioAdmin;
  /** Null to make one. */
  readonly serviceSid: string | null;
  /** What users read: "Your NAME verification code is …". Needed for a new service; kept as it is otherwise. */
  readonly name?: string | undefined;
}

// What the gateway needs: Auth0's code, not one of Verify's; and no second Lookup to pay for.
const SETTINGS = { CustomCodeEnabled: true, LookupEnabled: false };
const FIELDS: Readonly<Record<string, string>> = {
  CustomCodeEnabled: 'custom_code_enabled',
  LookupEnabled: 'lookup_enabled',
};

/**
 * Finds what the Verify service lacks.
 *
 * @throws CliProblem for a name that Verify would refuse
 * @throws TwilioFailure when there is no such service, or the key may not read it
 */
export async function planTwilioService(options: PlanTwilioServiceOptions): Promise<PlannedService> {
  const { admin, serviceSid, name } = options;
  if (name !== undefined) checkName(name);
  if (serviceSid === null) return planNewService(admin, name);
  const path = `/v2/Services/${serviceSid}`;
  const service = await admin.get(path);
  const wrong = Object.entries(SETTINGS).filter(
    ([field, wanted]) => memberAt(service, FIELDS[field] ?? '') !== wanted,
  );
  const isRenamed = name !== undefined && textAt(service, 'friendly_name') !== name;
  const fields = { ...Object.fromEntries(wrong), ...(isRenamed ? { FriendlyName: name } : {}) };
  const lines = Object.entries(fields).map(([field, wanted]) => `${field}: ${wanted}`);
  const change = {
    what: `Verify service ${serviceSid}`,
    lines,
    apply: () => admin.post(path, fields).then(() => undefined),
  };
  return { changes: lines.length === 0 ? [] : [change], sid: () => serviceSid };
}

function planNewService(admin: TwilioAdmin, name: string | undefined): PlannedService {
  if (name === undefined)
    throw new CliProblem(
      'There is no TWILIO_VERIFY_SERVICE_SID: set it, or add --name "My app" to make a service; users read the name.',
    );
  let made = '';
  const apply = async (): Promise<void> => {
    made = textAt(await admin.post('/v2/Services', { FriendlyName: name, ...SETTINGS }), 'sid');
  };
  const lines = [
    `FriendlyName: ${name}`,
    ...Object.entries(SETTINGS).map(([field, on]) => `${field}: ${on}`),
  ];
  return { changes: [{ what: 'new Verify service', lines, apply }], sid: () => made };
}

/** https://www.twilio.com/docs/api/errors/60200: at most 30 characters, no five digits in a row. */
function checkName(name: string): void {
  if (name === '' || name.length > 30 || /\d{5}/.test(name))
    throw new CliProblem('The name must have 1 to 30 characters and no five digits in a row.');
}
