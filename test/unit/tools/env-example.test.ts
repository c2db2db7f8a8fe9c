import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationFault, readEnvironment } from '../../../functions/adapters/environment.ts';
import { readGatewayConfig } from '../../../functions/gateway/config.ts';
import { readLogStreamConfig } from '../../../functions/log-stream/config.ts';
import { readStackEnvironment, TWILIO_NAMES } from '../../../tools/local-stack/stack-environment.ts';
import { readSimulatorEnvironment } from '../../../tools/twilio-simulator/simulator-environment.ts';

const EXAMPLE = readFileSync(path.join(import.meta.dirname, '..', '..', '..', '.env.example'), 'utf8');
/** What the file says when every assignment in it is uncommented. */
const SETTINGS = Object.entries(parseEnv(EXAMPLE.replace(/^# ?(?=[A-Z_]+=)/gm, '')));

type Environment = Readonly<Record<string, string | undefined>>;

const READERS: readonly ((env: Environment) => unknown)[] = [
  readStackEnvironment,
  readSimulatorEnvironment,
  (env) => readOf(env, readGatewayConfig),
  (env) => readOf(env, readLogStreamConfig),
];

function readOf(env: Environment, config: (read: ReturnType<typeof readEnvironment>) => unknown): void {
  const read = readEnvironment(env);
  config(read);
  read.finish();
}

/** Which names a reader asks for, and what it says against the values that it is given. */
function tryReader(reader: (env: Environment) => unknown, name: string, value: string) {
  const asked = new Set<string>();
  const env = new Proxy<Environment>(
    { [name]: value },
    {
      get: (target, key) => {
        asked.add(String(key));
        return target[String(key)];
      },
    },
  );
  try {
    reader(env);
    return { isAsked: asked.has(name), problems: [] };
  } catch (error) {
    const problems = error instanceof ConfigurationFault ? error.problems : String(error).split('\n');
    return { isAsked: asked.has(name), problems: problems.filter((problem) => problem.includes(name)) };
  }
}

describe('.env.example', () => {
  it('names what Twilio itself asks for, without a value that could pass for one', () => {
    const twilio = SETTINGS.filter(([name]) => name.startsWith('TWILIO_'));
    expect(twilio.map(([name]) => name)).toEqual([...TWILIO_NAMES].sort());
    expect(twilio.filter(([, value]) => !value?.endsWith('…'))).toEqual([]);
  });

  it('has other settings besides', () => {
    expect(SETTINGS.length).toBeGreaterThan(TWILIO_NAMES.length + 5);
  });

  it.each(SETTINGS.filter(([name]) => !name.startsWith('TWILIO_')))(
    'may have the line %s=%s uncommented: somebody reads it, and nobody refuses it',
    (name, value = '') => {
      const results = READERS.map((reader) => tryReader(reader, name, value));
      expect(results.some(({ isAsked }) => isAsked)).toBe(true);
      expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    },
  );
});
