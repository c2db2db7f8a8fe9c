import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from './figure.ts';
import { countsOf, quantile, sendAtRate, shareOf } from './generate-load.ts';
import { startLoadedGateway, type Answered, type LoadedGateway } from './loaded-gateway.ts';
import { LISTED_PREFIX, startUpstream, type Behaviour, type Step, type Upstream } from './upstream.ts';

const PER_SECOND = 20;
const SECONDS = 120;
const OUTAGE_FROM_S = 30;
const OUTAGE_SECONDS = 60;
// As far away as Twilio is.
const AFTER_MS = 100;
const WELL: Behaviour = { afterMs: AFTER_MS };

interface Outage {
  readonly answers: readonly Answered[];
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** Two minutes of load, and in the middle of them a minute in which some steps are broken. */
async function loadWithOutage(
  gateway: LoadedGateway,
  upstream: Upstream,
  broken: (step: Step) => Behaviour,
): Promise<Outage> {
  const answering = sendAtRate(() => gateway.send(), { perSecond: PER_SECOND, seconds: SECONDS });
  await sleep(OUTAGE_FROM_S * 1000);
  const beganAtMs = performance.now();
  upstream.behave(broken);
  await sleep(OUTAGE_SECONDS * 1000);
  const endedAtMs = performance.now();
  upstream.behave(() => WELL);
  return { answers: await answering, beganAtMs, endedAtMs };
}

async function withGateway(
  env: Readonly<Record<string, string>>,
  run: (gateway: LoadedGateway, upstream: Upstream) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const upstream = await startUpstream();
  upstream.behave(() => WELL);
  const gateway = await startLoadedGateway(upstream, env);
  const figures = await run(gateway, upstream);
  await gateway.stop();
  await upstream.close();
  return figures;
}

/** Lookup answers nothing for a minute. */
export function loseLookup(): Promise<readonly Figure[]> {
  return withGateway({}, async (gateway, upstream) => {
    const { answers } = await loadWithOutage(gateway, upstream, (step) =>
      step === 'lookup' ? 'hang' : WELL,
    );
    const share = shareOf(answers, 200);
    return [
      {
        claim: `Lookup hangs for ${OUTAGE_SECONDS} s of ${SECONDS} s: at least 99.5 % of logins succeed`,
        measured: `${percent(share)} (${countsOf(answers)}), p99 ${Math.round(quantile(answers, 0.99))} ms`,
        isMet: share >= 0.995,
      },
    ];
  });
}

/** Firestore answers nothing for a minute, longer than rules are served without a refresh. */
export function loseFirestore(): Promise<readonly Figure[]> {
  return withGateway({ BLOCKLIST_TTL_SECONDS: '5' }, async (gateway, upstream) => {
    const listed: Answered[] = [];
    const asking = (async () => {
      for (let asked = 0; asked < SECONDS - 2; asked += 1) {
        await sleep(1000);
        const last = String(asked % 100).padStart(3, '0');
        listed.push(await gateway.send(LISTED_PREFIX + last));
      }
    })();
    const { answers } = await loadWithOutage(gateway, upstream, (step) => (step === 'rules' ? 'hang' : WELL));
    await asking;
    return [
      {
        claim: `Firestore hangs for ${OUTAGE_SECONDS} s of ${SECONDS} s: 100 % of logins succeed`,
        measured: `${percent(shareOf(answers, 200))} (${countsOf(answers)}), slowest ${Math.round(quantile(answers, 1))} ms`,
        isMet: shareOf(answers, 200) === 1,
      },
      {
        claim: '… and listed carriers are still blocked',
        measured: countsOf(listed),
        isMet: shareOf(listed, 403) === 1,
      },
    ];
  });
}

/** A way in which Verify fails, and how many may wait at a time for longer than a second once the circuit is open. */
interface VerifyOutage {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly how: Behaviour;
  readonly mayWait: number;
}

const VERIFY_OUTAGES: readonly VerifyOutage[] = [
  { name: 'Verify answers 500', steps: ['cancel', 'create'], how: { status: 500 }, mayWait: 0 },
  { name: 'Verify hangs', steps: ['cancel', 'create'], how: 'hang', mayWait: 0 },
  // It answers, so one start a second tries whether it sends again, for 3 s.
  { name: 'Verify hangs at starts alone', steps: ['create'], how: 'hang', mayWait: 3 },
];

function loseVerify({ name, steps, how, mayWait }: VerifyOutage): Promise<readonly Figure[]> {
  // Else those who wait fill the instance first, and it is load shedding that answers.
  return withGateway({ MAX_IN_FLIGHT: '1000' }, async (gateway, upstream) => {
    const { answers, beganAtMs, endedAtMs } = await loadWithOutage(gateway, upstream, (step) =>
      steps.includes(step) ? how : WELL,
    );
    const opened = answers.find(({ status, durationMs }) => status === 503 && durationMs < 1000);
    const openedAtMs = opened === undefined ? beganAtMs : opened.sentAtMs + opened.durationMs;
    const whileOpen = answers.filter(({ sentAtMs }) => sentAtMs > openedAtMs && sentAtMs < endedAtMs);
    const slow = whileOpen.filter(({ durationMs }) => durationMs > 1000);
    const first = Math.min(
      ...answers
        .filter(({ status, sentAtMs, durationMs }) => status === 200 && sentAtMs + durationMs > endedAtMs)
        .map(({ sentAtMs, durationMs }) => sentAtMs + durationMs - endedAtMs),
    );
    return [
      {
        claim:
          `${name} for ${OUTAGE_SECONDS} s: once the circuit is open, answers within 1 s` +
          (mayWait > 0 ? `, but for ${mayWait} at a time` : ''),
        measured:
          `open after ${seconds(openedAtMs - beganAtMs)}; p99 ${Math.round(quantile(whileOpen, 0.99))} ms, ` +
          `slowest ${Math.round(quantile(whileOpen, 1))} ms, ${slow.length} of ${whileOpen.length} above 1 s, ${atOnce(slow)} at a time`,
        isMet: atOnce(slow) <= mayWait,
      },
      {
        claim: '… and the first success within 5 s after it ends',
        measured: seconds(first),
        isMet: first <= 5000,
      },
    ];
  });
}

/** The most of them that were under way at the same time. */
function atOnce(answers: readonly Answered[]): number {
  const underWay = ({ sentAtMs }: Answered): number =>
    answers.filter((other) => other.sentAtMs <= sentAtMs && sentAtMs < other.sentAtMs + other.durationMs)
      .length;
  return Math.max(0, ...answers.map(underWay));
}

/** Verify fails for a minute, in one way after the other. */
export async function loseVerifyInAllWays(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const outage of VERIFY_OUTAGES) figures.push(...(await loseVerify(outage)));
  return figures;
}

const RANDOM_SECONDS = 60;
const FAILING_SHARE = 0.3;

/** Nearly a third of what Verify is asked is answered 503, at random. */
export function meetRandomFailures(): Promise<readonly Figure[]> {
  return withGateway({}, async (gateway, upstream) => {
    const random = createRandom(20_261_124);
    upstream.behave((step) => {
      const isVerify = step === 'cancel' || step === 'create';
      return isVerify && random() < FAILING_SHARE ? { status: 503 } : WELL;
    });
    const before = { ...upstream.calls };
    const answers = await sendAtRate(() => gateway.send(), { perSecond: 50, seconds: RANDOM_SECONDS });
    const share = shareOf(answers, 200);
    const per = (step: Step): number => (upstream.calls[step] - before[step]) / answers.length;
    const calls = (per('cancel') + per('create')) / 2;
    return [
      {
        claim: '30 % random 503 of Verify: at least 90 % of logins succeed',
        measured: `${percent(share)} (${countsOf(answers)})`,
        isMet: share >= 0.9,
      },
      {
        claim: '… with at most 1.3 × the calls to Verify',
        measured: `${calls.toFixed(2)} × (starts ${per('create').toFixed(2)} ×)`,
        isMet: calls <= 1.3,
      },
    ];
  });
}

/** Numbers of at least 0 and less than 1, the same each time (Lehmer, the minimal standard). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
