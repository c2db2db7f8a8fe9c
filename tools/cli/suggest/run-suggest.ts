import { createDeadline } from '../../../functions/domain/deadline.ts';
import { Fault, type FaultCode } from '../../../functions/domain/fault.ts';
import type { PlannedRule } from '../../../functions/watch/plan-watch-rules.ts';
import type { WatchBook, WatchRules, Written } from '../../../functions/watch/ports.ts';
import { safeModeOf, surveyNetworks, type Survey } from '../../../functions/watch/survey-networks.ts';
import { carryOut } from '../carry-out.ts';
import type { Change } from '../change.ts';
import { CliProblem } from '../cli-problem.ts';
import type { CliWorld } from '../cli-world.ts';
import type { Output } from '../output.ts';
import {
  describeBrokenFeedback,
  describeFigures,
  describeNextSteps,
  describePlan,
} from './describe-survey.ts';
import { openSuggestSources, type SuggestSources } from './open-suggest-sources.ts';

/** What was asked for. */
export interface SuggestOptions {
  readonly apply?: boolean;
  readonly yes?: boolean;
}

/** Exit code where nobody can tell whether logins are reported. */
const FEEDBACK_BROKEN = 3;
const LIMIT_MS = 60_000;

/**
 * Looks at the last hour as the function `watch` does, says which rules it would write and which groups it would
 * leave, and writes them only where that is asked for. Exits 3, with nothing suggested, where feedback is broken.
 *
 * Rules act as `settings/gateway.watch` says, and monitor where that is off: the next run of `watch` makes them so.
 *
 * @throws CliProblem when something cannot be read or written
 */
export async function runSuggest(
  world: CliWorld,
  output: Output,
  options: SuggestOptions,
  accessToken: () => Promise<string>,
): Promise<void> {
  const onPage = (pages: number, attempts: number): void =>
    output.say(`page ${pages}: ${attempts} codes so far`);
  const sources = openSuggestSources(world, { accessToken, onPage });
  try {
    const { book, survey } = await look(world, sources);
    for (const line of [
      ...[...book.problems, ...book.doubts].map((problem) => `settings: ${problem}`),
      ...describeFigures(survey),
    ])
      output.say(line);
    if (survey.findings.feedback !== 'works') {
      for (const line of describeBrokenFeedback(survey)) output.say(line);
      output.result(resultOf(book, survey, new Map()));
      if (survey.isFeedbackBroken) world.exit(FEEDBACK_BROKEN);
      return;
    }
    const written = await act(book, survey, { output, options, rules: sources.rules });
    output.result(resultOf(book, survey, written));
  } finally {
    sources.close();
  }
}

async function look(
  world: CliWorld,
  { rules, attempts, thresholds }: SuggestSources,
): Promise<{ readonly book: WatchBook; readonly survey: Survey }> {
  const deadline = createDeadline(LIMIT_MS);
  const book = await inWords(rules.read(deadline), FIRESTORE);
  const mode = safeModeOf(book);
  const action = mode === 'off' ? 'monitor' : mode;
  const asked = surveyNetworks({ book, action, thresholds }, { attempts, now: world.now }, deadline);
  const survey = await inWords(asked, TWILIO);
  return { book, survey };
}

interface Acting {
  readonly output: Output;
  readonly options: SuggestOptions;
  readonly rules: WatchRules;
}

async function act(
  { own }: WatchBook,
  { plans }: Survey,
  { output, options, rules }: Acting,
): Promise<ReadonlyMap<string, Written>> {
  const written = new Map<string, Written>();
  if (plans.length === 0) output.say('No group looks like an attack.');
  for (const planned of plans) output.say(describePlan(planned, own));
  const wanted = plans.filter(({ plan }) => plan === 'write');
  if (wanted.length === 0) return written;
  if (options.apply !== true) {
    for (const line of describeNextSteps(wanted)) output.say(line);
    return written;
  }
  const changes = wanted.map(({ rule }): Change => ({
    what: `${own.has(rule.id) ? 'prolong' : 'add'} ${rule.id}`,
    lines: [rule.action, rule.reason, `until ${rule.expiresAt.toISOString()}`],
    apply: async () => {
      const outcome = await inWords(rules.write(rule, createDeadline(LIMIT_MS)), FIRESTORE);
      if (outcome === 'kept')
        output.say(`${rule.id} stays as it is: somebody has made or changed it meanwhile.`);
      written.set(rule.id, outcome);
    },
  }));
  await carryOut(changes, { output, isConfirmed: options.yes === true });
  return written;
}

/** What `--json` prints. */
function resultOf(
  { watch, problems, doubts }: WatchBook,
  { read, findings, isFeedbackBroken, plans }: Survey,
  written: ReadonlyMap<string, Written>,
): unknown {
  const row = ({ group, rule, plan }: PlannedRule) => ({
    id: rule.id,
    kind: group.kind,
    outcome: plan === 'write' ? (written.get(rule.id) ?? 'suggested') : plan,
    action: rule.action,
    reason: rule.reason,
    expiresAt: rule.expiresAt,
    codes: group.sends,
    numbers: group.numbers,
    logins: group.logins,
    costs: Object.fromEntries(group.costs),
    countries: group.countries,
    networks: group.networks,
  });
  const { sends, numbers, logins } = findings.others;
  return {
    mode: watch.mode,
    problems: [...problems, ...doubts],
    feedback: findings.feedback,
    isFeedbackBroken,
    attempts: read.attempts.length,
    unusable: read.unusable,
    pages: read.pages,
    isCutOff: read.isCutOff,
    others: { codes: sends, numbers, logins },
    groups: plans.map(row),
  };
}

const FIRESTORE = {
  who: 'Firestore',
  misconfigured: 'does not let you write rules: ask for the role Cloud Datastore User',
  unavailable:
    'cannot be used: look at PROJECT and ENV, ask for the role Cloud Datastore User, or run gcloud auth application-default login',
};
const TWILIO = {
  who: 'Twilio',
  misconfigured:
    'refuses the key, its permission to read attempts, or the service: look at TWILIO_API_KEY_SID and TWILIO_VERIFY_SERVICE_SID',
  unavailable: 'takes no more than 100 requests for attempts a minute: try again in a minute',
  provider_timeout: 'does not answer in time: try again later',
};

/** Says in a sentence for people why something failed. */
async function inWords<T>(
  asked: Promise<T>,
  { who, ...reasons }: Readonly<Partial<Record<FaultCode, string>>> & { readonly who: string },
): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const reason = reasons[error.code] ?? 'fails: try again later';
    throw new CliProblem(`${who} ${reason}.`, { cause: error });
  }
}
