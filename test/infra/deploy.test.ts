import { describe, expect, it } from '@jest/globals';
import {
  deploy,
  DEPLOY_COMMANDS,
  type DeployCommand,
  type DeployOptions,
} from '../../tools/deploy/deploy.ts';
import { parseTarget } from '../../tools/deploy/target.ts';
import { recordCommands, type RecordedCommands } from '../support/recorded-commands.ts';

const CHANGES = { code: 2 };
const FAILED = { code: 1 };
const PLAN_OF_MAIN = /-chdir=infra plan/;
const PLAN_OF_BOOTSTRAP = /-chdir=infra\/bootstrap plan/;
const DESCRIBE_BUCKET = /^gcloud storage buckets describe/;

interface Rehearsal {
  /** What happened, in order, in few words. */
  readonly steps: readonly string[];
  readonly said: readonly string[];
  readonly failure: string | null;
}

interface RehearsalOptions {
  readonly commands?: RecordedCommands;
  readonly env?: Readonly<Record<string, string>>;
  /** What the person types, in order; nobody is there without it. */
  readonly typed?: readonly string[];
}

async function rehearse(command: DeployCommand, options: RehearsalOptions = {}): Promise<Rehearsal> {
  const { commands = recordCommands(), env = {}, typed } = options;
  const said: string[] = [];
  const others: [number, string][] = [];
  const note = (step: string): void => void others.push([commands.lines.length, step]);
  const noteLater = (step: string): Promise<void> => {
    note(step);
    return Promise.resolve();
  };
  const answers = [...(typed ?? [])];
  const deployOptions: DeployOptions = {
    target: parseTarget({ PROJECT: 'demo-project', ...env }, () => 'region = "europe-west1"\n'),
    run: commands.run,
    terminal: {
      isInteractive: typed !== undefined,
      say: (text) => void said.push(text),
      ask: (question) => {
        note(`asked: ${question}`);
        return Promise.resolve(answers.shift() ?? '');
      },
      askHidden: () => Promise.reject(new Error('unexpected')),
    },
    pack: () => {
      note('pack');
      return { file: 'build/source.zip', sha256: 'abc', files: 1, bytes: 1 };
    },
    writeSecrets: () => noteLater('secrets'),
    seed: (database, onlyOnce) => noteLater(`seed ${database}${onlyOnce ? ' once' : ''}`),
    smokeTest: (urls) => noteLater(`smoke ${Object.values(urls).join(' ')}`),
  };
  const failure = await deploy(command, deployOptions).then(
    () => null,
    (error: unknown) => String(error),
  );
  const steps = commands.lines.flatMap((line, index) => [...notesAt(others, index), shorten(line)]);
  return { steps: [...steps, ...notesAt(others, commands.lines.length)].filter(isNoCheck), said, failure };
}

function notesAt(notes: readonly (readonly [number, string])[], index: number): string[] {
  return notes.filter(([at]) => at === index).map(([, step]) => step);
}

function shorten(line: string): string {
  return line.replace(/ -(?:-|var|backend|input|reconfigure|detailed|out)[^ ]*( [a-z_]+=[^ ]+)?/g, '');
}

/** The checks of the tools have tests of their own. */
function isNoCheck(step: string): boolean {
  return !/^(?:terraform version|gcloud(?:$| auth| projects| billing))/.test(step);
}

const BUILD = ['npm run -s build', 'npm run -s check', 'pack'];
const BUCKET = 'gcloud storage buckets describe gs://demo-project-verify-dev-tfstate';
const BOOTSTRAP = [
  'terraform -chdir=infra/bootstrap init',
  'terraform -chdir=infra/bootstrap state list',
  'terraform -chdir=infra/bootstrap plan',
];
const MAIN = ['terraform -chdir=infra init', 'terraform -chdir=infra plan'];
const AFTER = [
  'terraform -chdir=infra output -json',
  'seed verify-dev once',
  'smoke https://gateway.example.com https://log-stream.example.com',
];

describe('make deploy', () => {
  it('goes through every step, changes nothing where nothing differs, and asks nothing then', async () => {
    const { steps, failure } = await rehearse('deploy', { typed: [] });
    expect(steps).toEqual([...BUILD, BUCKET, ...BOOTSTRAP, 'secrets', ...MAIN, ...AFTER]);
    expect(failure).toBeNull();
  });

  it('makes the place for the state first in an empty project, and hands it over to Terraform', async () => {
    const commands = recordCommands(
      [DESCRIBE_BUCKET, FAILED],
      [/ state list/, FAILED],
      [PLAN_OF_BOOTSTRAP, CHANGES],
      [PLAN_OF_MAIN, CHANGES],
    );
    const { steps, failure } = await rehearse('deploy', { commands, env: { YES: '1' } });
    expect(failure).toBeNull();
    expect(steps).toEqual([
      ...BUILD,
      BUCKET,
      expect.stringMatching(/^gcloud services enable .*storage\.googleapis\.com/),
      'gcloud storage buckets create gs://demo-project-verify-dev-tfstate',
      'terraform -chdir=infra/bootstrap init',
      'terraform -chdir=infra/bootstrap state list',
      'terraform -chdir=infra/bootstrap import google_storage_bucket.state demo-project-verify-dev-tfstate',
      'terraform -chdir=infra/bootstrap plan',
      'terraform -chdir=infra/bootstrap apply ../../build/bootstrap-dev.tfplan',
      'secrets',
      ...MAIN,
      'terraform -chdir=infra apply ../build/dev.tfplan',
      ...AFTER,
    ]);
  });

  it('asks before each change, and applies the plan that was shown', async () => {
    const commands = recordCommands([PLAN_OF_MAIN, CHANGES]);
    const { steps } = await rehearse('deploy', { commands, typed: ['yes'] });
    expect(steps.slice(-6, -3)).toEqual([
      'terraform -chdir=infra plan',
      'asked: Make these changes in demo-project? Type yes: ',
      'terraform -chdir=infra apply ../build/dev.tfplan',
    ]);
  });

  it.each([
    ['says no', { typed: ['no'] }, 'Stopped: nothing was changed.'],
    ['only presses return', { typed: [''] }, 'Stopped: nothing was changed.'],
    ['is not there', {}, 'There is nobody to ask: set YES=1 to go on without a question.'],
  ])('applies nothing when the person %s', async (_name, person, sentence) => {
    const commands = recordCommands([PLAN_OF_MAIN, CHANGES]);
    const { steps, failure } = await rehearse('deploy', { commands, ...person });
    expect(failure).toBe(`DeployFailure: ${sentence}`);
    expect(steps.filter((step) => / apply|seed|smoke/.test(step))).toEqual([]);
  });

  it('begins nothing in an empty project when the person says no', async () => {
    const commands = recordCommands([DESCRIBE_BUCKET, FAILED]);
    const { steps, failure } = await rehearse('deploy', { commands, typed: ['no'] });
    expect(failure).toContain('nothing was changed');
    expect(steps.filter((step) => /create|enable|terraform/.test(step))).toEqual([]);
  });

  it.each([
    ['a build', /^npm run -s build/, []],
    ['a check', /^npm run -s check/, ['npm run -s build']],
  ])('stops after %s that failed', async (_name, pattern, before) => {
    const { steps, failure } = await rehearse('deploy', { commands: recordCommands([pattern, FAILED]) });
    expect(failure).toContain('failed: nothing was deployed');
    expect(steps.slice(0, -1)).toEqual(before);
  });

  it.each([
    ['init', /-chdir=infra init/],
    ['plan', PLAN_OF_MAIN],
    ['output', / output -json/],
  ])('stops where terraform %s fails', async (name, pattern) => {
    const { steps, failure } = await rehearse('deploy', { commands: recordCommands([pattern, FAILED]) });
    expect(failure).toContain(`terraform ${name} failed in infra.`);
    expect(steps.filter((step) => /seed|smoke/.test(step))).toEqual([]);
  });

  it('keeps each environment in a state of its own', async () => {
    const commands = recordCommands();
    await rehearse('deploy', { commands, env: { ENV: 'prod' } });
    expect(commands.lines.filter((line) => line.includes(' init '))).toEqual([
      expect.stringContaining(
        '-backend-config=bucket=demo-project-verify-prod-tfstate -backend-config=prefix=bootstrap',
      ),
      expect.stringContaining(
        '-backend-config=bucket=demo-project-verify-prod-tfstate -backend-config=prefix=infra',
      ),
    ]);
    expect(commands.lines.find((line) => line.includes('-chdir=infra plan'))).toMatch(
      / -var project_id=demo-project -var environment=prod -var-file=envs\/prod\.tfvars$/,
    );
  });

  it('says at the end what to do in Auth0', async () => {
    const { said } = await rehearse('deploy');
    expect(said.at(-1)).toMatch(/Merge into the options of the connection sms/);
  });
});

describe('make plan', () => {
  it('builds and plans, and changes nothing', async () => {
    const { steps, failure } = await rehearse('plan', { commands: recordCommands([PLAN_OF_MAIN, CHANGES]) });
    expect(steps).toEqual([BUCKET, ...BUILD, ...MAIN]);
    expect(failure).toBeNull();
  });
});

describe('make destroy', () => {
  it('destroys once the name of the project was typed', async () => {
    const commands = recordCommands([PLAN_OF_MAIN, CHANGES]);
    const { steps } = await rehearse('destroy', { commands, typed: ['demo-project'] });
    expect(steps).toEqual([
      BUCKET,
      'terraform -chdir=infra init',
      'terraform -chdir=infra plan -destroy',
      'asked: Destroy all of this? Type the project, demo-project: ',
      'terraform -chdir=infra apply ../build/dev.tfplan',
    ]);
  });

  it.each(['yes', 'demo', ''])('destroys nothing when %p was typed', async (answer) => {
    const commands = recordCommands([PLAN_OF_MAIN, CHANGES]);
    const { steps, failure } = await rehearse('destroy', { commands, typed: [answer] });
    expect(failure).toContain('nothing was changed');
    expect(steps.filter((step) => step.includes(' apply '))).toEqual([]);
  });

  it('says so when there is nothing', async () => {
    const { said, steps } = await rehearse('destroy', { typed: [] });
    expect(said).toEqual(['There is nothing to destroy.']);
    expect(steps).not.toContainEqual(expect.stringContaining(' apply '));
  });
});

describe('make secrets, seed and smoke', () => {
  it.each([
    ['secrets', ['secrets']],
    ['seed', ['terraform -chdir=infra init', AFTER[0], 'seed verify-dev']],
    ['smoke', ['terraform -chdir=infra init', AFTER[0], AFTER[2]]],
  ] as const)('%s does its one step alone', async (command, expected) => {
    const { steps } = await rehearse(command);
    expect(steps).toEqual([BUCKET, ...expected]);
  });

  it('says that a deploy is needed where there is none', async () => {
    const { failure } = await rehearse('seed', {
      commands: recordCommands([/ output -json/, { stdout: '{}' }]),
    });
    expect(failure).toBe('DeployFailure: The state has no output database: run make deploy.');
  });
});

describe('every command', () => {
  it.each(DEPLOY_COMMANDS)('%s starts nothing when a tool is missing', async (command) => {
    const commands = recordCommands([/^terraform version/, { code: null }]);
    const { steps, failure } = await rehearse(command, { commands, env: { YES: '1' } });
    expect(failure).toMatch(/terraform is not installed/);
    expect(steps).toEqual([]);
  });

  it.each(DEPLOY_COMMANDS.filter((name) => name !== 'deploy'))(
    '%s says that a deploy comes first',
    async (command) => {
      const commands = recordCommands([DESCRIBE_BUCKET, FAILED]);
      const { steps, failure } = await rehearse(command, { commands, env: { YES: '1' } });
      expect(failure).toMatch(/dev was never deployed to demo-project: make deploy first/);
      expect(steps).toEqual([BUCKET]);
    },
  );
});
