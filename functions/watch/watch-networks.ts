import { carrierKey } from '../domain/carrier.ts';
import type { Deadline } from '../domain/deadline.ts';
import { Fault } from '../domain/fault.ts';
import { parseRuleId } from '../domain/parse-rule-id.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import type { Settings } from '../domain/settings.ts';
import { findIdleNetworks, type Findings, type IdleGroup, type Thresholds } from './find-idle-networks.ts';
import type { Attempts, AttemptsRead, WatchBook, WatchRule, WatchRules, Written } from './ports.ts';

/** What the use case needs of the world. */
export interface WatchPorts {
  readonly attempts: Attempts;
  readonly rules: WatchRules;
  /** The wall clock. */
  readonly now: () => Date;
}

/**
 * What became of a group: as `Written` says, or
 * - `spared`: the operator names it, or a country or network of it, in `watch.never`
 * - `covered`: a person's rule decides about exactly this
 * - `no_room`: `watch.maxRules` are there already
 * - `failed`: it could not be written
 */
export interface WatchedGroup {
  readonly group: IdleGroup;
  readonly action: WatchRule['action'];
  readonly outcome: Written | 'spared' | 'covered' | 'no_room' | 'failed';
}

/** One run. */
export interface WatchOutcome {
  readonly mode: Settings['watch']['mode'];
  readonly problems: readonly string[];
  /** Null in mode `off`, which asks for nothing. */
  readonly read: AttemptsRead | null;
  readonly findings: Findings | null;
  /** Nothing was written because nobody can tell whether feedback arrives: somebody must look. */
  readonly isFeedbackBroken: boolean;
  /** Empty where feedback is not proven. */
  readonly groups: readonly WatchedGroup[];
}

/**
 * Looks at the last hour once, and adds, prolongs or leaves rules.
 *
 * @throws Fault when attempts, settings or rules cannot be read: then nothing was written
 */
export type WatchNetworks = (deadline: Deadline) => Promise<WatchOutcome>;

const MINUTE_MS = 60_000;
const WINDOW_MS = 60 * MINUTE_MS;
// A code of these may still be used, and the login reported.
const TOO_YOUNG_MS = 3 * MINUTE_MS;
const RULE_LIFE_MS = 6 * 60 * MINUTE_MS;

/**
 * Creates the use case.
 *
 * It keeps no state: Verify knows what was sent, the database what was done about it. Nothing is written unless
 * everything could be read, and nothing where the rest does not convert.
 */
export function createWatchNetworks(ports: WatchPorts, thresholds: Thresholds): WatchNetworks {
  return async (deadline) => {
    const book = await ports.rules.read(deadline);
    const mode = modeOf(book);
    const nothing = { mode, problems: book.problems, isFeedbackBroken: false, groups: [] };
    if (mode === 'off') return { ...nothing, read: null, findings: null };

    const now = ports.now();
    const from = new Date(now.getTime() - WINDOW_MS);
    const until = new Date(now.getTime() - TOO_YOUNG_MS);
    const read = await ports.attempts.read(from, until, deadline);
    const findings = findIdleNetworks(read.attempts, thresholds);
    const found = { ...nothing, read, findings };
    if (findings.feedback !== 'works') {
      // A quiet hour is no alarm: there is nothing that anybody would have blocked.
      const isFeedbackBroken = findings.feedback === 'broken' || findings.idle.length > 0;
      return { ...found, isFeedbackBroken };
    }
    const expiresAt = new Date(now.getTime() + RULE_LIFE_MS);
    return { ...found, groups: await writeAll(findings.idle, { mode, book, expiresAt }, ports, deadline) };
  };
}

/** A list of exceptions that cannot be read might hold what would now be blocked. */
function modeOf({ watch, problems }: WatchBook): Settings['watch']['mode'] {
  return watch.mode === 'block' && problems.length > 0 ? 'monitor' : watch.mode;
}

interface Writing {
  readonly mode: WatchRule['action'];
  readonly book: WatchBook;
  readonly expiresAt: Date;
}

async function writeAll(
  idle: readonly IdleGroup[],
  { mode, book, expiresAt }: Writing,
  { rules }: WatchPorts,
  deadline: Deadline,
): Promise<readonly WatchedGroup[]> {
  const { never, maxRules } = book.watch;
  const groups: WatchedGroup[] = [];
  let room = maxRules - book.own.size;
  for (const group of idle) {
    const add = (outcome: WatchedGroup['outcome']): void =>
      void groups.push({ group, action: mode, outcome });
    const isOwn = book.own.has(group.id);
    if (isSpared(group, never)) add('spared');
    else if (isCovered(group, book.rules)) add('covered');
    else if (!isOwn && room <= 0) add('no_room');
    else {
      const rule = { id: group.id, action: mode, reason: reasonOf(group), expiresAt };
      const outcome = await write(rules, rule, deadline);
      if (!isOwn && outcome !== 'kept') room -= 1;
      add(outcome);
    }
  }
  return groups;
}

/** One that fails does not stop the others: the next run tries it again. */
async function write(rules: WatchRules, rule: WatchRule, deadline: Deadline): Promise<Written | 'failed'> {
  try {
    return await rules.write(rule, deadline);
  } catch (error) {
    if (error instanceof Fault) return 'failed';
    throw error;
  }
}

/** Whether a rule for the group would touch anything that the operator excepts, even in part. */
function isSpared({ kind, id, countries, networks }: IdleGroup, never: readonly string[]): boolean {
  return never.some((entry) => {
    const scope = parseRuleId(entry)?.scope;
    switch (scope?.kind) {
      case 'country':
        return countries.includes(scope.country);
      case 'carrier':
        return networks.some((network) => keyOfNetwork(network) === carrierKey(scope.mcc, scope.mnc));
      case 'mcc':
        return networks.some((network) => network.startsWith(`${scope.mcc}-`));
      case 'prefix':
        // Either within the other.
        return kind === 'prefix' && (id.startsWith(scope.prefix) || scope.prefix.startsWith(id));
      default:
        return false;
    }
  });
}

function isCovered({ kind, id }: IdleGroup, rules: RuleSet): boolean {
  if (kind === 'prefix') return rules.prefixes.has(id);
  if (kind === 'country') return rules.countries.has(id);
  return rules.carriers.has(keyOfNetwork(id) ?? '');
}

function keyOfNetwork(id: string): string | null {
  const [mcc = null, mnc = null] = id.split('-');
  return carrierKey(mcc, mnc);
}

function reasonOf({ sends, logins, costs }: IdleGroup): string {
  const counted = `${sends} codes, ${logins} ${logins === 1 ? 'login' : 'logins'} in the last hour`;
  const money = [...costs].map(([currency, value]) => `${value.toFixed(2)} ${currency}`);
  return [counted, ...money].join(', ');
}
