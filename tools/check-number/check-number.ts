import { createDeadline } from '../../functions/domain/deadline.ts';
import { decide } from '../../functions/domain/decide.ts';
import { Fault } from '../../functions/domain/fault.ts';
import { parsePhoneNumber } from '../../functions/domain/phone-number.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import type { RuleSet } from '../../functions/domain/rule-set.ts';
import type { Answer, Verdict } from '../../functions/domain/verdict.ts';
import type { Carriers, Rulebook, Rules } from '../../functions/gateway/ports.ts';
import type { SendCodePolicy } from '../../functions/gateway/sending.ts';
import { answerFailure, failureCodeOf } from '../../functions/http/answer.ts';
import { explainRule } from './explain-rule.ts';
import { findRule } from './find-rule.ts';
import type { CheckedLookup, CheckedQuestion, NumberCheck } from './number-check.ts';
import { trySending, type Trial } from './try-sending.ts';

/** What a number is checked with. */
export interface CheckNumberOptions {
  /** As a caller would write it. */
  readonly phone: string;
  readonly rules: Rules;
  /** Null leaves the Lookup, which is paid, out. */
  readonly carriers: Carriers | null;
  readonly policy: SendCodePolicy;
  /** Whether that is the policy of a deployed gateway, or what is set here. */
  readonly isDeployed: boolean;
  /** Where the rules come from, for people. */
  readonly source: string;
  /** What is wrong with the documents; asked once they are read. */
  readonly problems: () => NumberCheck['problems'];
  readonly now?: () => Date;
}

// A person waits for as long as a read may take.
const READ_WITHIN_MS = 40_000;
const NOT_ASKED: CheckedQuestion = { answer: 'not_asked', rule: null, reason: null, expiresAt: null };
const NO_NETWORK = { mcc: null, mnc: null, carrier: null, lineType: null };

/** Finds out what the gateway would do with a number; nothing is sent. Never throws. */
export async function checkNumber(options: CheckNumberOptions): Promise<NumberCheck> {
  const { phone, source, now = () => new Date() } = options;
  const { enabledChannels, defaultChannel, unknownCarrier } = options.policy;
  const number = parsePhoneNumber(phone);
  const base = {
    number,
    source,
    settings: null,
    config: { enabledChannels, defaultChannel, unknownCarrier, isDeployed: options.isDeployed },
    questions: null,
    lookup: null,
    channel: null,
    wouldBlock: null,
    problems: [],
  };
  if (number === null) {
    const why = 'this is no possible number: + and the calling code come first, as in +447700900001';
    return { ...base, ...outcomeOf(new Refusal('invalid_recipient'), why) };
  }
  const book = await options.rules.current(createDeadline(READ_WITHIN_MS));
  const problems = options.problems();
  if (book.state === 'missing') {
    const reasons = problems.map(({ problem }) => problem).join('; ');
    const why = `the rules could not be read${reasons === '' ? '' : ` (${reasons})`}`;
    return { ...base, ...unknown('rules_missing', why) };
  }
  const trial = await trySending({ ...options, number, book, now });
  const carrier = trial.lookup?.carrier ?? undefined;
  const verdict = decide(book.rules, book.settings, { number, carrier }, now());
  const { mode, defaultCountry } = book.settings;
  const outcome = judge(trial, verdict, book, options);
  return {
    ...base,
    settings: { mode, defaultCountry },
    questions: questionsOf(verdict, carrier !== undefined, book.rules),
    lookup: lookupOf(trial, options.carriers === null),
    channel: outcome.verdict === 'sent' ? (trial.facts.channel ?? null) : null,
    wouldBlock: trial.wouldBlock,
    problems,
    ...outcome,
  };
}

type Outcome = Pick<NumberCheck, 'verdict' | 'code' | 'status' | 'why'>;

function judge(trial: Trial, verdict: Verdict, book: Rulebook, options: CheckNumberOptions): Outcome {
  const { error, facts, lookup } = trial;
  const { policy } = options;
  if (error instanceof Refusal) return outcomeOf(error, whyRefused(error, trial, book, policy));
  if (error !== null) {
    const twilioCode = error instanceof Fault ? error.twilioCode : undefined;
    const number = twilioCode === undefined ? '' : ` with Twilio's error ${twilioCode}`;
    return unknown(failureCodeOf(error), `Lookup refused to answer${number}`);
  }
  if (lookup?.source === 'unavailable') {
    const does = policy.lookupFailure === 'allow' ? 'send' : 'answer 503';
    return unknown('lookup_unavailable', `Lookup did not answer; the gateway would ${does} (LOOKUP_FAILURE)`);
  }
  const why = [
    whyAllowed(verdict, facts, book.rules),
    ...(trial.wouldBlock === null ? [] : [whyOnTrial(trial.wouldBlock, book)]),
    ...(trial.needsLookup && options.carriers === null ? ['network and line type were left out'] : []),
  ].join('; ');
  return { verdict: 'sent', code: 'sent', status: 200, why };
}

function whyRefused(error: Refusal, { facts }: Trial, { rules }: Rulebook, policy: SendCodePolicy): string {
  if (error.code === 'blocked') return explainRule(rules, facts.rule ?? '', facts.ruleAction ?? 'block');
  if (error.code === 'invalid_recipient') return 'Lookup says that there is no such number';
  return `none of the enabled channels (${policy.enabledChannels.join(', ')}) reaches it as settings/gateway asks`;
}

function whyAllowed(verdict: Verdict, facts: Trial['facts'], rules: RuleSet): string {
  const allowed = [verdict.place, verdict.network, verdict.lineType].find(({ action }) => action === 'allow');
  const id = facts.ruleAction === 'allow' ? facts.rule : allowed?.rule;
  return typeof id === 'string' ? explainRule(rules, id, 'allow') : 'no rule stands against it';
}

function whyOnTrial({ rule, ruleAction }: NonNullable<Trial['wouldBlock']>, { rules, settings }: Rulebook) {
  const trial = settings.mode === 'monitor' ? 'mode monitor lets it through' : 'that is a trial';
  return `it would be blocked (${explainRule(rules, rule, ruleAction)}), but ${trial}`;
}

function outcomeOf(error: Refusal, why: string): Outcome {
  return { verdict: 'blocked', code: error.code, status: answerFailure(error, '').status, why };
}

function unknown(code: string, why: string): Outcome {
  return { verdict: 'unknown', code, status: null, why };
}

function questionsOf(verdict: Verdict, isCarrierKnown: boolean, rules: RuleSet): NumberCheck['questions'] {
  const checked = ({ action, rule: id }: Answer): CheckedQuestion => {
    const rule = id === null || action === 'pass' ? null : findRule(rules, id, action);
    const expiresAt = rule?.expiresAt?.toISOString() ?? null;
    return { answer: action, rule: id, reason: rule?.reason ?? null, expiresAt };
  };
  const isAnswered = isCarrierKnown || verdict.fullNumberRule;
  return {
    place: checked(verdict.place),
    network: isAnswered ? checked(verdict.network) : NOT_ASKED,
    lineType: isAnswered ? checked(verdict.lineType) : NOT_ASKED,
  };
}

function lookupOf({ needsLookup, lookup, error }: Trial, isLeftOut: boolean): CheckedLookup {
  if (!needsLookup) return { status: 'not_needed', ...NO_NETWORK };
  if (isLeftOut) return { status: 'left_out', ...NO_NETWORK };
  const isInvalid = error instanceof Refusal && error.code === 'invalid_recipient';
  if (isInvalid) return { status: 'no_such_number', ...NO_NETWORK };
  const carrier = lookup?.carrier ?? null;
  if (carrier === null) return { status: 'unavailable', ...NO_NETWORK };
  const { mcc, mnc, name, lineType } = carrier;
  return { status: 'answered', mcc, mnc, carrier: name, lineType };
}
