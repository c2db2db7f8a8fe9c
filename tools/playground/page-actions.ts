import { parseChannel } from '../../functions/domain/channel.ts';
import { StackProblem } from '../local-stack/stack-problem.ts';
import { putRule, readSettingsText, type RuleOrder } from './edit-operator-documents.ts';
import type { OperatorDocuments } from './operator-documents.ts';
import type { LoginEnd, PlayedAuth0 } from './played-auth0.ts';
import type { RulesReadingWatch } from './rules-reading.ts';
import type { ScenarioStarter } from './scenarios/start-scenario.ts';
import type { SendOrder } from './send-order.ts';
import type { Actions } from './serve-page.ts';

/** What the page can do. */
export interface PageActionsOptions {
  readonly auth0: PlayedAuth0;
  readonly documents: OperatorDocuments;
  readonly reading: RulesReadingWatch;
  /** What a scenario will put back must not be edited while it runs. */
  readonly scenarios: ScenarioStarter;
  readonly enableAllChannels: () => Promise<void>;
  /** Looks at once at what may have changed. */
  readonly look: () => void;
}

type Body = Readonly<Record<string, unknown>>;

const MAX_TEXT = 4000;
const MAX_SECONDS = 365 * 86_400;

/** The actions of the page, each of which checks what it was given. */
export function createPageActions(options: PageActionsOptions): Actions {
  const { auth0, look } = options;
  const lookAfter = <T>(value: T): T => {
    look();
    return value;
  };
  return new Map<string, (body: Body) => Promise<unknown>>([
    ['send', async (body) => lookAfter(await auth0.send(parseSendOrder(body)))],
    [
      'login',
      async (body): Promise<LoginEnd> =>
        lookAfter(await auth0.logIn(textIn(body, 'recipient'), textIn(body, 'code'))),
    ],
    ...operatorActions(options),
    [
      'scenario',
      (body) => {
        options.scenarios.start(textIn(body, 'id'));
        return Promise.resolve({});
      },
    ],
    ['channels', () => options.enableAllChannels()],
  ]);
}

function operatorActions({ documents, reading, look, scenarios }: PageActionsOptions) {
  const change = async <T>(act: () => Promise<T>): Promise<T> => {
    scenarios.refuseWhileRunning();
    const value = await act();
    reading.changed();
    look();
    return value;
  };
  return [
    ['rule', (body) => change(async () => ({ id: await putRule(documents, parseRuleOrder(body)) }))],
    ['rule/remove', (body) => change(() => documents.writeRule(textIn(body, 'id'), null))],
    [
      'settings/check',
      (body) => Promise.resolve({ problems: readSettingsText(textIn(body, 'text')).problems }),
    ],
    [
      'settings',
      (body) =>
        change(async () => {
          const { fields, problems } = readSettingsText(textIn(body, 'text'));
          if (fields === null) throw new StackProblem(problems[0] ?? 'This is no JSON object.');
          await documents.writeSettings(fields);
          return { problems };
        }),
    ],
    ['settings/remove', () => change(() => documents.writeSettings(null))],
  ] satisfies [string, (body: Body) => Promise<unknown>][];
}

function parseSendOrder(body: Body): SendOrder {
  const door = body['door'];
  if (door !== 'connection' && door !== 'action') throw new StackProblem('The door is unknown.');
  const asked = body['channel'];
  const channel = asked === null ? null : parseChannel(asked);
  if (asked !== null && channel === null) throw new StackProblem('The channel is unknown.');
  return { recipient: textIn(body, 'recipient'), door, channel, template: textIn(body, 'template') };
}

function parseRuleOrder(body: Body): RuleOrder {
  const { action, expiresInSeconds: seconds } = body;
  if (action !== undefined && action !== 'block' && action !== 'monitor' && action !== 'allow')
    throw new StackProblem('The action is unknown.');
  if (seconds !== undefined && seconds !== null && !isSeconds(seconds))
    throw new StackProblem('The time is not valid.');
  return {
    id: textIn(body, 'id'),
    ...(action === undefined ? {} : { action }),
    ...(body['reason'] === undefined ? {} : { reason: textIn(body, 'reason') }),
    ...(seconds === undefined ? {} : { expiresInSeconds: seconds }),
  };
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= MAX_SECONDS;
}

function textIn(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
  throw new StackProblem(`${name} must be a text.`);
}
