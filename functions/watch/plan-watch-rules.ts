import { carrierKey } from '../domain/carrier.ts';
import { parseRuleId } from '../domain/parse-rule-id.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import type { IdleGroup } from './find-idle-networks.ts';
import type { WatchBook, WatchRule } from './ports.ts';

/**
 * What to do about a group:
 * - `write`: create its rule, or prolong our own
 * - `spared`: nothing, the operator names it, or a country, network or prefix of it, in `watch.never`
 * - `covered`: nothing, a document that a person made or changed is about exactly this
 * - `no_room`: nothing, the run has `watch.maxRules` new ones already
 */
export interface PlannedRule {
  readonly group: IdleGroup;
  readonly rule: WatchRule;
  readonly plan: 'write' | 'spared' | 'covered' | 'no_room';
}

/** What the rules are to be like. */
export interface PlanTerms {
  readonly book: WatchBook;
  /** Of new rules; those of our own that stand follow it as long as the settings hold no mistake. */
  readonly action: WatchRule['action'];
  readonly expiresAt: Date;
}

/** Plans the rules of one run; rules of our own that stand are prolonged whatever the number of new ones. */
export function planWatchRules(idle: readonly IdleGroup[], terms: PlanTerms): readonly PlannedRule[] {
  const { book, expiresAt } = terms;
  let room = book.watch.maxRules;
  return idle.map((group) => {
    const rule = { id: group.id, action: actionOf(group.id, terms), reason: reasonOf(group), expiresAt };
    if (isSpared(group, book.watch.never)) return { group, rule, plan: 'spared' };
    if (isCovered(group, book.rules)) return { group, rule, plan: 'covered' };
    if (book.own.has(group.id)) return { group, rule, plan: 'write' };
    room -= 1;
    return { group, rule, plan: room < 0 ? 'no_room' : 'write' };
  });
}

/** A mistake in the settings is no wish to stop blocking: a block of our own that stands goes on, unless a mode says else. */
function actionOf(id: string, { book, action }: PlanTerms): WatchRule['action'] {
  const isMonitorTold = book.isModeTold && book.watch.mode === 'monitor';
  const isMistaken = book.problems.length > 0 && !isMonitorTold;
  return isMistaken && book.own.get(id) === 'block' ? 'block' : action;
}

/** Whether a rule for the group would touch anything that the operator excepts, even in part. */
function isSpared({ countries, networks, prefixes }: IdleGroup, never: readonly string[]): boolean {
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
        return prefixes.some((prefix) => prefix.startsWith(scope.prefix) || scope.prefix.startsWith(prefix));
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
