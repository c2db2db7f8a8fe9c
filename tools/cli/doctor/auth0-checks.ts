import type { Facts } from '../facts.ts';
import { readAction, type ShippedAction } from '../plan-action.ts';
import {
  doorOf,
  isConnectionReadable,
  mergeConnectionOptions,
  readPhoneConnection,
  type Door,
  type PhoneConnection,
} from '../plan-connection.ts';
import { logStreamProblems, readLogStream } from '../plan-log-stream.ts';
import { hasCustomPhoneProvider } from '../plan-phone-provider.ts';
import { shippedActions } from '../shipped-actions.ts';
import { difference } from '../difference.ts';
import { textAt } from '../text-at.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const SETUP = 'npx verify-gateway setup auth0';
const NEEDS = ['tools.auth0', 'google.functions', 'google.secrets'];

/** The tenant. */
export const AUTH0_CHECKS: readonly Check[] = [
  {
    id: 'auth0.door',
    group: 'auth0',
    title: 'way of the codes',
    needs: NEEDS,
    run: async (facts) => {
      const door = await liveDoor(facts);
      if (door !== null) return green(`the ${door} door is live`);
      return red(
        'codes do not come to the gateway',
        `${SETUP} --door action, or --door legacy on a tenant from before March 2025`,
      );
    },
  },
  {
    id: 'auth0.connection',
    group: 'auth0',
    title: 'connection or Action',
    needs: ['auth0.door', ...NEEDS],
    run: checkDoor,
  },
  {
    id: 'auth0.template',
    group: 'auth0',
    title: 'template',
    needs: ['auth0.door', 'google.functions'],
    run: checkTemplate,
  },
  { id: 'auth0.feedback', group: 'auth0', title: 'report of logins', needs: NEEDS, run: checkFeedback },
];

async function liveDoor(facts: Facts): Promise<Door | null> {
  const connection = await readPhoneConnection(facts.auth0());
  const door = connection === null ? null : doorOf(connection);
  if (door !== 'legacy') return (await hasCustomPhoneProvider(facts.auth0())) ? 'action' : null;
  return door;
}

async function checkDoor(facts: Facts): Promise<Finding> {
  const wanted = await facts.wanted();
  if ((await liveDoor(facts)) === 'action') {
    return checkAction(facts, shippedActions(wanted, facts.world.readText).phone, `${SETUP} --door action`);
  }
  const { options } = (await readPhoneConnection(facts.auth0())) ?? NO_CONNECTION;
  const secret = textAt(options, 'gateway_authentication', 'secret');
  const isKnown = wanted.gatewayKeys.includes(secret);
  // Any accepted key will do: during a rotation that is an older one.
  const keys = isKnown ? [secret] : wanted.gatewayKeys;
  const lines = difference(options, mergeConnectionOptions(options, { ...wanted, gatewayKeys: keys }));
  const wrong = lines.filter((line) => !/^(?:template|syntax):/.test(line));
  if (wrong.length > 0) return red(wrong.join('; '), SETUP);
  return green(
    secret === wanted.gatewayKeys[0]
      ? 'as the gateway expects it'
      : 'good, with an older key: finish the rotation',
  );
}

async function checkTemplate(facts: Facts): Promise<Finding> {
  const connection = await readPhoneConnection(facts.auth0());
  if (connection === null || doorOf(connection) !== 'legacy')
    return green('not used: the Action hands over the bare code');
  const { codes } = await facts.settings();
  if (isConnectionReadable(connection.options, codes)) return green('the gateway finds the code in it');
  return red(
    'the gateway does not find one code in it: another length (CODE_LENGTH), or several runs of digits',
    `${SETUP}, which sets the template made for machines`,
  );
}

async function checkFeedback(facts: Facts): Promise<Finding> {
  const wanted = await facts.wanted();
  const stream = await readLogStream(facts.auth0(), wanted.logStreamUrl);
  const action = shippedActions(wanted, facts.world.readText).feedback;
  const state = stream === null ? await readAction(facts.auth0(), action) : null;
  if (state !== null) return checkAction(facts, action, `${SETUP} --feedback action`);
  if (stream === null) return red('there is neither a log stream nor the post-login Action', SETUP);
  const problems = logStreamProblems(stream, wanted);
  return problems.length === 0
    ? green('the log stream is active and complete')
    : red(problems.join('; '), SETUP);
}

async function checkAction(facts: Facts, action: ShippedAction, fix: string): Promise<Finding> {
  const state = await readAction(facts.auth0(), action);
  if (state === null) return red(`there is no Action ${action.name}`, fix);
  if (!state.isUpToDate) return red(`${action.name} is not what this version ships`, fix);
  if (!state.isDeployed) return red(`${action.name} is not deployed`, fix);
  return state.isBound
    ? green(`${action.name} is deployed and bound`)
    : red(`${action.name} is not bound`, fix);
}

const NO_CONNECTION: PhoneConnection = { id: '', options: {} };
