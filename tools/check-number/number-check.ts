import type { Channel } from '../../functions/domain/channel.ts';
import type { LineType } from '../../functions/domain/line-type.ts';
import type { Question, Stop } from '../../functions/domain/verdict.ts';
import type { Settings } from '../../functions/domain/settings.ts';
import type { SendCodePolicy } from '../../functions/gateway/sending.ts';

/** How one question was answered. */
export interface CheckedQuestion {
  /** `not_asked`: an earlier answer has decided, or it needs a Lookup that there was not. */
  readonly answer: 'block' | 'allow' | 'pass' | 'not_asked';
  /** The id of the rule, or the name of what is built in or set, as in `Verdict`; null for none. */
  readonly rule: string | null;
  /** The operator's own note in the rule's document. */
  readonly reason: string | null;
  /** Until when the rule counts, in ISO 8601; null for ever. */
  readonly expiresAt: string | null;
}

/** What Lookup said. */
export interface CheckedLookup {
  /**
   * `not_needed`: it could not change the verdict. `left_out`: `LOOKUP=0`. `unavailable`: no answer, or none to rely on.
   */
  readonly status: 'answered' | 'no_such_number' | 'not_needed' | 'left_out' | 'unavailable';
  readonly mcc: string | null;
  readonly mnc: string | null;
  readonly carrier: string | null;
  readonly lineType: LineType | null;
}

/** What the gateway would do with a number, and why: the one object that `JSON=1` prints. */
export interface NumberCheck {
  /** `unknown`: it could not be found out. */
  readonly verdict: 'sent' | 'blocked' | 'unknown';
  /** The code of the gateway's answer; where the verdict is unknown, what went wrong. */
  readonly code: string;
  /** The HTTP status of the gateway's answer; null where the verdict is unknown. */
  readonly status: number | null;
  /** One sentence. */
  readonly why: string;
  /** Null where it is no number. */
  readonly number: {
    readonly e164: string;
    readonly country: string | null;
    readonly callingCode: string;
  } | null;
  /** Where rules and settings were read. */
  readonly source: string;
  readonly settings: Pick<Settings, 'mode' | 'defaultCountry'> | null;
  readonly config: Pick<SendCodePolicy, 'enabledChannels' | 'defaultChannel' | 'unknownCarrier'> & {
    /** False: taken from the environment of the check; a function that is deployed otherwise may decide otherwise. */
    readonly isDeployed: boolean;
  };
  /** The three questions; null where none was asked. */
  readonly questions: Readonly<Record<Question, CheckedQuestion>> | null;
  readonly lookup: CheckedLookup | null;
  /** How the code would go out; null where it would not. */
  readonly channel: Channel | null;
  /** What would block, were monitor rules and monitor mode in earnest. */
  readonly wouldBlock: Stop | null;
  /** What is wrong with documents of the database: any of them may be why. */
  readonly problems: readonly { readonly document: string; readonly problem: string }[];
}
