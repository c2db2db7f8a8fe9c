/** Somebody asks for a code. */
export interface SendEvent {
  /** Since the beginning of the day, in milliseconds. */
  readonly atMs: number;
  readonly number: string;
  readonly ip: string;
  readonly isAttack: boolean;
  /** How long after the send the login is reported; null where the code is never used. */
  readonly loginAfterMs: number | null;
}

/** A day of honest logins with an attack inside. */
export interface Traffic {
  /** In their order. */
  readonly sends: readonly SendEvent[];
  /** When the first send of the attack comes, and how long it lasts. */
  readonly attack: { readonly fromMs: number; readonly lengthMs: number };
  /** The network of each number of the attack, as Twilio says. */
  readonly networks: Readonly<Record<string, { readonly mcc: string; readonly mnc: string }>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const LOGINS = 3000;
const CONVERTING = 0.8;
const ATTACK_SENDS = 10_000;
const ATTACK_ADDRESSES = 2000;
// At no moment that would suit a run of the function watch.
const ATTACK = { fromMs: 2 * HOUR_MS + 130_000, lengthMs: 4 * HOUR_MS };

/**
 * Six countries by the numbers that their regulators keep for fiction, and the hour (UTC) at which most people log in.
 *
 * @see https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
 * @see https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works
 */
const COUNTRIES: readonly { readonly peakHour: number; readonly number: (random: () => number) => string }[] =
  [
    { peakHour: 18, number: (random) => `+447700900${digits(random, 3).replace(/^[2-9]/, '1')}` },
    { peakHour: 23, number: (random) => `+1${200 + Math.floor(random() * 700)}55501${digits(random, 2)}` },
    { peakHour: 9, number: (random) => `+6125550${digits(random, 4)}` },
    { peakHour: 17, number: (random) => `+3319900${digits(random, 4)}` },
    { peakHour: 19, number: (random) => `+3532091${digits(random, 5)}` },
    { peakHour: 16, number: (random) => `+493023125${digits(random, 3)}` },
  ];

/** Three prefixes of two networks, from a range that its regulator keeps for fiction too. */
const TARGETS = [
  { prefix: '+3363998', mcc: '208', mnc: '98' },
  { prefix: '+3326191', mcc: '208', mnc: '98' },
  { prefix: '+3346571', mcc: '208', mnc: '99' },
] as const;

/** Makes the day; the same numbers at each call. */
export function createTraffic(): Traffic {
  const random = createRandom(20_261_124);
  const honest = Array.from({ length: LOGINS }, () => anHonestSend(random));
  const attack = Array.from({ length: ATTACK_SENDS }, (_, index) => anAttackSend(index, random));
  const sends = [...honest, ...attack.map(({ send }) => send)].toSorted(
    (one, other) => one.atMs - other.atMs,
  );
  const networks = Object.fromEntries(attack.map(({ send, network }) => [send.number, network]));
  return { sends, attack: ATTACK, networks };
}

function anHonestSend(random: () => number): SendEvent {
  const country = COUNTRIES[Math.floor(random() * COUNTRIES.length)] ?? COUNTRIES[0];
  if (country === undefined) throw new Error('there is no country');
  return {
    atMs: timeOfDay(country.peakHour, random),
    number: country.number(random),
    ip: `198.19.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`,
    isAttack: false,
    loginAfterMs: random() < CONVERTING ? 15_000 + Math.floor(random() * 60_000) : null,
  };
}

/** Numbers in a row on each prefix. */
function anAttackSend(index: number, random: () => number) {
  const target = TARGETS[index % TARGETS.length] ?? TARGETS[0];
  const address = Math.floor(random() * ATTACK_ADDRESSES);
  const send: SendEvent = {
    atMs: ATTACK.fromMs + Math.floor(((index + random()) / ATTACK_SENDS) * ATTACK.lengthMs),
    number: target.prefix + String(Math.floor(index / TARGETS.length)).padStart(4, '0'),
    ip: `198.18.${Math.floor(address / 250)}.${address % 250}`,
    isAttack: true,
    loginAfterMs: null,
  };
  return { send, network: { mcc: target.mcc, mnc: target.mnc } };
}

/** Three times as likely at the peak as at the hour opposite. */
function timeOfDay(peakHour: number, random: () => number): number {
  for (;;) {
    const atMs = Math.floor(random() * DAY_MS);
    const angle = ((atMs / HOUR_MS - peakHour) / 24) * 2 * Math.PI;
    if (random() < (2 + Math.cos(angle)) / 3) return atMs;
  }
}

function digits(random: () => number, count: number): string {
  return String(Math.floor(random() * 10 ** count)).padStart(count, '0');
}

/** Mulberry32: small, and good enough for a day of logins. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
