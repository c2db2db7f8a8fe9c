import { describe, expect, it } from '@jest/globals';
import { parseTarget } from '../../tools/deploy/target.ts';
import { SECRET_ORIGINS, writeSecrets } from '../../tools/deploy/write-secrets.ts';

const TWILIO_SECRET = 'an0ther0Twilio0secret0of0letters';
const NAMES = Object.keys(SECRET_ORIGINS);
const OF_WATCH = 'watch-twilio-api-key-secret';
const NEEDED = NAMES.filter((name) => name !== OF_WATCH);

interface Case {
  /** Short names of the secrets that have a value already. */
  readonly has?: readonly string[];
  readonly typed?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly failure?: Error;
}

async function write({ has = [], typed, env = {}, failure }: Case = {}) {
  const target = parseTarget({ PROJECT: 'demo-project' }, () => 'region = "europe-west1"');
  const there = new Set(has.map((name) => target.secretId(name)));
  const added = new Map<string, string>();
  const said: string[] = [];
  const questions: string[] = [];
  const answers = [...(typed ?? [])];
  let count = 0;
  const result = await writeSecrets({
    target,
    env,
    randomBytes: (bytes) => Buffer.alloc(bytes, (count += 1)),
    store: {
      hasValue: (id) => (failure === undefined ? Promise.resolve(there.has(id)) : Promise.reject(failure)),
      addValue: (id, value) => Promise.resolve(void added.set(id, value)),
      close: () => Promise.resolve(),
    },
    terminal: {
      isInteractive: typed !== undefined,
      say: (text) => void said.push(text),
      ask: () => Promise.reject(new Error('a secret must not be shown while it is typed')),
      askHidden: (question) => {
        questions.push(question);
        return Promise.resolve(answers.shift() ?? '');
      },
    },
  }).then(
    () => null,
    (error: unknown) => String(error),
  );
  return { added, said, questions, result };
}

describe('writeSecrets', () => {
  it('generates ours and asks for those of Twilio', async () => {
    const { added, questions, result } = await write({ typed: [TWILIO_SECRET, `${TWILIO_SECRET}2`] });
    expect(result).toBeNull();
    expect([...added.keys()].sort()).toEqual(NEEDED.map((name) => `verify-dev-${name}`).sort());
    expect(added.get('verify-dev-gateway-twilio-api-key-secret')).toBe(TWILIO_SECRET);
    expect(added.get('verify-dev-log-stream-twilio-api-key-secret')).toBe(`${TWILIO_SECRET}2`);
    expect(questions).toHaveLength(2);
  });

  it.each(['gateway-secrets', 'log-stream-tokens', 'number-hash-key'])(
    'makes %s long enough as text and as base64url, and unlike the others',
    async (name) => {
      const { added } = await write({ typed: [TWILIO_SECRET, TWILIO_SECRET] });
      const value = added.get(`verify-dev-${name}`) ?? '';
      expect(value).toMatch(/^[\w-]{64}$/);
      expect(Buffer.from(value, 'base64url')).toHaveLength(48);
      expect([...added.values()].filter((other) => other === value)).toHaveLength(1);
    },
  );

  it('replaces no value, and asks for none that is there', async () => {
    const { added, questions, said, result } = await write({ has: NAMES });
    expect(result).toBeNull();
    expect(added.size).toBe(0);
    expect(questions).toEqual([]);
    expect(said).toHaveLength(NAMES.length);
  });

  it('takes up what an earlier run left out', async () => {
    const { added } = await write({ has: NAMES.filter((name) => name !== 'log-stream-tokens') });
    expect([...added.keys()]).toEqual(['verify-dev-log-stream-tokens']);
  });

  it('takes the secrets of Twilio from the environment, without a question', async () => {
    const { added, questions } = await write({
      env: {
        GATEWAY_TWILIO_API_KEY_SECRET: `${TWILIO_SECRET}\n`,
        LOG_STREAM_TWILIO_API_KEY_SECRET: TWILIO_SECRET,
      },
    });
    expect(added.get('verify-dev-gateway-twilio-api-key-secret')).toBe(TWILIO_SECRET);
    expect(questions).toEqual([]);
  });

  it('says what to set when nobody can be asked', async () => {
    const { added, result } = await write({ has: ['gateway-secrets'] });
    expect(result).toMatch(/there is nobody to ask: set GATEWAY_TWILIO_API_KEY_SECRET\.$/);
    expect(added.size).toBe(0);
  });

  it.each([
    ['nothing', ''],
    ['the id of the key', `SK${'0'.repeat(32)}`],
    ['something with a space', `${TWILIO_SECRET} x`],
    ['something short', 'secret'],
  ])('asks again for %s, and gives up after three times', async (_name, answer) => {
    const { added, questions, result, said } = await write({
      has: ['gateway-secrets'],
      typed: [answer, answer, answer],
    });
    expect(questions).toHaveLength(3);
    expect(added.size).toBe(0);
    expect(result).toMatch(/run make secrets when the key is at hand/);
    expect(said.slice(1)).toHaveLength(3);
  });

  it('refuses a bad one of the environment, without quoting it', async () => {
    const { result } = await write({ env: { GATEWAY_TWILIO_API_KEY_SECRET: 'hunter2' } });
    expect(result).toBe('DeployFailure: GATEWAY_TWILIO_API_KEY_SECRET is too short, or holds spaces.');
  });

  it('takes the secret that only watch needs from the environment, and asks nobody for it', async () => {
    const without = await write({ has: NEEDED, typed: [] });
    expect([without.added.size, without.questions, without.result]).toEqual([0, [], null]);
    expect(without.said.at(-1)).toContain('Set WATCH_TWILIO_API_KEY_SECRET');

    const { added } = await write({ has: NEEDED, env: { WATCH_TWILIO_API_KEY_SECRET: TWILIO_SECRET } });
    expect([...added]).toEqual([[`verify-dev-${OF_WATCH}`, TWILIO_SECRET]]);
  });

  it('shows no value', async () => {
    const { added, said } = await write({ typed: [TWILIO_SECRET, TWILIO_SECRET] });
    for (const value of added.values()) expect(said.join('\n')).not.toContain(value);
    expect(added.size).toBe(NEEDED.length);
  });

  it('says that a deploy makes the secrets where there are none', async () => {
    const { result } = await write({ failure: Object.assign(new Error('NOT_FOUND'), { code: 5 }) });
    expect(result).toBe(
      'DeployFailure: There is no secret verify-dev-gateway-secrets: make deploy makes it.',
    );
  });

  it('passes any other failure on', async () => {
    const { result, added } = await write({
      failure: Object.assign(new Error('PERMISSION_DENIED'), { code: 7 }),
    });
    expect(result).toBe('Error: PERMISSION_DENIED');
    expect(added.size).toBe(0);
  });
});
