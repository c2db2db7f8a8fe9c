/** What the banner says of a stack. */
export interface BannerFacts {
  /** Where the page is. */
  readonly pageUrl: string;
  readonly functions: readonly { readonly target: string; readonly url: string }[];
  /** Null with Twilio itself. */
  readonly simulatorUrl: string | null;
  readonly firestoreHost: string;
  /** Which Firestore it is and why. */
  readonly firestore: string;
  /** The sample rules that were added at this start. */
  readonly seeded: readonly string[];
}

const COLUMN = 12;

/** The block that is printed when all parts answer: where they are, what to type next, how to stop. */
export function stackBanner(facts: BannerFacts): string {
  const { pageUrl, functions, simulatorUrl, firestoreHost, firestore, seeded } = facts;
  return [
    '',
    `Open ${pageUrl} in a browser: send codes, receive them, log in, block, see why.`,
    '',
    'The local stack is running.',
    '',
    ...functions.map(({ target, url }) => row(target, url)),
    row(
      'Twilio',
      simulatorUrl === null ? REAL_TWILIO : `${simulatorUrl}  simulator: sends nothing, costs nothing`,
    ),
    row('Firestore', `${firestoreHost}  ${firestore}`),
    row(
      'rules',
      seeded.length === 0 ? 'those that were there' : `${seeded.join(', ')} added, as in the samples`,
    ),
    '',
    ...(simulatorUrl === null ? NEXT_WITH_TWILIO : NEXT_WITH_SIMULATOR),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
}

const REAL_TWILIO = 'TWILIO ITSELF (TWILIO_… are set): messages and Lookups are real and COST MONEY';

const NEXT_WITH_SIMULATOR = [
  '  next, in another terminal:',
  '    make trigger PHONE=+447700900001         a code by SMS',
  '    make trigger-login PHONE=+447700900001   its login: the verification is approved',
  '    make trigger PHONE=+447700900200         a number of network 234-58: 403 blocked',
  '    make unblock RULE=234-58                 lets it through, without a restart',
  '    make block RULE=234-58                   blocks it again',
  '    make rules                               what is blocked',
];

const NEXT_WITH_TWILIO = [
  '  next, in another terminal:',
  '    make trigger PHONE=…               your own number, in the form +44…',
  '    make block RULE=234-51             blocks a network; make unblock RULE=234-51 lifts it',
  '    make rules                         what is blocked',
];

function row(name: string, text: string): string {
  return `  ${name.padEnd(COLUMN)}${text}`;
}
