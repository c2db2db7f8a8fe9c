import type { Facts } from '../facts.ts';
import { memberAt } from '../member-at.ts';
import { baseUrlIn, operatorTwilio } from '../operator-twilio.ts';
import { gatewaySettingsIn } from '../gateway-settings.ts';
import { planRateLimits } from '../plan-rate-limits.ts';
import { probeTwilioKey } from '../probe-twilio-key.ts';
import { textAt } from '../text-at.ts';
import { createTwilioAdmin, isRefusedCredential, type TwilioAdmin } from '../twilio-admin.ts';
import { twilioEnvironment } from '../twilio-environment.ts';
import type { DeployedFunction, DeployedName } from '../deployed-function.ts';
import { KEY_NEEDS } from '../key-needs.ts';
import { readNamedKeys } from '../named-keys.ts';
import { TwilioFailure } from '../../../functions/adapters/twilio-transport.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const SETUP = 'npx verify-gateway setup twilio';
const BY_HAND = 'Twilio Console → Verify → the service';

/** What Twilio holds. */
export const TWILIO_CHECKS: readonly Check[] = [
  {
    id: 'twilio.service',
    group: 'twilio',
    title: 'Verify service',
    needs: ['tools.twilio'],
    run: (facts) => withOperator(facts, checkService),
  },
  {
    id: 'twilio.limits',
    group: 'twilio',
    title: 'rate limits and their buckets',
    needs: ['twilio.service'],
    run: (facts) => withOperator(facts, checkLimits),
  },
  {
    id: 'twilio.keys',
    group: 'twilio',
    title: 'a key for each function',
    needs: ['tools.target', 'twilio.service'],
    run: (facts) => Promise.resolve(checkNamedKeys(facts)),
  },
  {
    id: 'twilio.channels',
    group: 'twilio',
    title: 'enabled channels',
    needs: ['twilio.service', 'google.functions'],
    run: (facts) => withOperator(facts, (operator) => checkChannels(facts, operator)),
  },
  {
    id: 'twilio.gateway-key',
    group: 'twilio',
    title: "what the gateway's key may do",
    needs: ['google.functions', 'google.secrets'],
    run: (facts) => checkKey(facts, 'gateway'),
  },
  {
    id: 'twilio.log-stream-key',
    group: 'twilio',
    title: 'what the key of log-stream may do',
    needs: ['google.functions', 'google.secrets'],
    run: (facts) => checkKey(facts, 'log-stream'),
  },
  {
    id: 'twilio.watch-key',
    group: 'twilio',
    title: 'what the key of watch may do',
    needs: ['google.functions', 'google.secrets'],
    isWanted: async (facts) => (await facts.deployed('watch')) !== null,
    run: (facts) => checkKey(facts, 'watch'),
  },
];

interface Operator {
  readonly admin: TwilioAdmin;
  readonly serviceSid: string;
  readonly limits: string | undefined;
}

async function withOperator(facts: Facts, find: (operator: Operator) => Promise<Finding>): Promise<Finding> {
  const env = twilioEnvironment(facts.world);
  const serviceSid = env['TWILIO_VERIFY_SERVICE_SID'] ?? '';
  if (serviceSid === '')
    return red('none is named', `${SETUP} --name "My app", which makes one and prints its SID`);
  const admin = operatorTwilio(env);
  try {
    return await find({ admin, serviceSid, limits: env['RATE_LIMITS'] });
  } catch (error) {
    if (isRefusedCredential(error))
      return red(
        'Twilio refuses TWILIO_API_KEY_SID',
        'use a Main or Standard API key of the account of this service',
      );
    throw error;
  } finally {
    admin.close();
  }
}

async function checkService({ admin, serviceSid }: Operator): Promise<Finding> {
  try {
    const service = await admin.get(`/v2/Services/${serviceSid}`);
    const name = textAt(service, 'friendly_name');
    if (memberAt(service, 'custom_code_enabled') !== true) return red('custom codes are off', SETUP);
    if (memberAt(service, 'lookup_enabled') === true)
      return red('its own Lookup is on, and paid besides ours', SETUP);
    if (/^(?:my (?:first|new) .*|test|demo|verify)$/i.test(name))
      return red(`users read "Your ${name} verification code"`, `${SETUP} --name "My app"`);
    return green(`"${name}", custom codes on`);
  } catch (error) {
    if (error instanceof TwilioFailure && error.status === 404)
      return red(
        'there is no such service',
        `set verify_service_sid, or ${SETUP} --name "My app" for a new one`,
      );
    throw error;
  }
}

async function checkChannels(facts: Facts, { admin, serviceSid }: Operator): Promise<Finding> {
  const { enabledChannels } = (await facts.settings()).policy;
  const sender = memberAt(await admin.get(`/v2/Services/${serviceSid}`), 'whatsapp', 'from');
  if (enabledChannels.includes('whatsapp') && typeof sender !== 'string')
    return red('whatsapp is enabled, and the service has no sender for it', `${BY_HAND}, WhatsApp`);
  // No interface shows whether a mailer is set.
  const note = enabledChannels.includes('email') ? ` (look yourself: ${BY_HAND}, Email)` : '';
  return green(enabledChannels.join(', ') + note);
}

async function checkLimits({ admin, serviceSid, limits: text }: Operator): Promise<Finding> {
  const limits = gatewaySettingsIn({ RATE_LIMITS: text }).policy.rateLimits;
  const sidWhenApplied = (): string => serviceSid;
  const planned = await planRateLimits({ admin, serviceSid, sidWhenApplied, limits, buckets: new Map() });
  const [empty] = planned.withoutBucket;
  if (planned.changes.length > 0) return red(planned.changes.map(({ what }) => what).join(', '), SETUP);
  if (empty !== undefined) return red(`${empty} limits nothing`, `${SETUP} --bucket ${empty}=MAX/SECONDS`);
  if (limits.length === 0) return green('none is asked for (RATE_LIMITS is empty)');
  return green(limits.map(({ name }) => name).join(', '));
}

function checkNamedKeys(facts: Facts): Finding {
  const { owners, sidOf } = readNamedKeys(facts.world);
  const missing = owners.filter((name) => sidOf(name) === undefined);
  if (missing.length === 0) return green(owners.join(', '));
  return red(
    `none is named for ${missing.join(', ')}`,
    `${SETUP} --keys, which makes them and prints what to write into infra/${facts.target().variablesFile}`,
  );
}

async function checkKey(facts: Facts, name: DeployedName): Promise<Finding> {
  const deployed = await facts.deployed(name);
  const secret = await facts.secret(`${name}-twilio-api-key-secret`, deployed?.twilioSecretVersion);
  const sid = deployed?.environment['TWILIO_API_KEY_SID'] ?? '';
  const serviceSid = deployed?.environment['TWILIO_VERIFY_SERVICE_SID'] ?? '';
  const admin = createTwilioAdmin({ sid, secret: secret ?? '' }, baseUrlOf(facts, deployed));
  try {
    const may = await probeTwilioKey(admin, serviceSid);
    const needed = KEY_NEEDS[name].may;
    const missing = needed.filter((permission) => !may[permission]);
    const excess =
      name !== 'gateway' && may.create ? 'it may also start verifications: a narrower key is safer' : '';
    if (missing.length > 0)
      return red(
        `it may not ${missing.join(', ')}`,
        `give ${sid} these permissions, or npx verify-gateway rotate twilio --function ${name}`,
      );
    return green(excess === '' ? needed.join(', ') : excess);
  } finally {
    admin.close();
  }
}

function baseUrlOf({ world }: Facts, deployed: DeployedFunction | null): string | undefined {
  return baseUrlIn(world.env) ?? baseUrlIn(deployed?.environment ?? {});
}
