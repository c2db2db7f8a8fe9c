import { FUNCTION_NAMES } from '../deployed-function.ts';
import type { Facts } from '../facts.ts';
import { listAt } from '../list-at.ts';
import { textAt } from '../text-at.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const APIS = [
  'artifactregistry',
  'cloudbuild',
  'cloudfunctions',
  'firestore',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'run',
  'secretmanager',
  'storage',
] as const;

// https://cloud.google.com/functions/docs/runtime-support: the day from which Google deploys nothing on it any more.
const LAST_DAYS: ReadonlyMap<string, string> = new Map([
  ['nodejs20', '2026-10-30'],
  ['nodejs22', '2027-10-31'],
  ['nodejs24', '2028-10-31'],
]);
const WARN_DAYS = 90;
const MAX_PAGES = 20;
const DAY_MS = 86_400_000;

/** What Google runs. */
export const GOOGLE_CHECKS: readonly Check[] = [
  {
    id: 'google.apis',
    group: 'google',
    title: 'APIs of the project',
    needs: ['tools.target', 'tools.installed'],
    run: checkApis,
  },
  {
    id: 'google.functions',
    group: 'google',
    title: 'functions deployed',
    needs: ['google.apis'],
    run: checkFunctions,
  },
  {
    id: 'google.runtime',
    group: 'google',
    title: 'runtime',
    needs: ['google.functions'],
    run: checkRuntime,
  },
  {
    id: 'google.database',
    group: 'google',
    title: 'database of the rules',
    needs: ['google.functions'],
    run: checkDatabase,
  },
];

function deployCommand({ target }: Facts): string {
  const { project, environment } = target();
  return `make deploy PROJECT=${project} ENV=${environment}`;
}

async function checkApis(facts: Facts): Promise<Finding> {
  const names = await enabledApis(facts);
  const missing = APIS.filter((api) => !names.includes(`${api}.googleapis.com`));
  if (missing.length === 0) return green('all enabled');
  return red(`not enabled: ${missing.join(', ')}`, deployCommand(facts));
}

/** Google gives 200 at most at a time: https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list */
async function enabledApis(facts: Facts): Promise<readonly string[]> {
  const { project } = facts.target();
  const names: string[] = [];
  let token = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      filter: 'state:ENABLED',
      pageSize: '200',
      ...(token === '' ? {} : { pageToken: token }),
    });
    const answer = await facts
      .google()
      .get('serviceusage', `/v1/projects/${project}/services?${query.toString()}`);
    names.push(...listAt(answer, 'services').map((service) => textAt(service, 'config', 'name')));
    token = textAt(answer, 'nextPageToken');
    if (token === '') break;
  }
  return names;
}

async function checkFunctions(facts: Facts): Promise<Finding> {
  const states: string[] = [];
  for (const name of FUNCTION_NAMES) {
    const found = await facts.deployed(name);
    if (found?.state !== 'ACTIVE') states.push(`${name} is ${found === null ? 'not there' : found.state}`);
  }
  return states.length === 0 ? green('both active') : red(states.join(', '), deployCommand(facts));
}

async function checkRuntime(facts: Facts): Promise<Finding> {
  const runtime = (await facts.deployed('gateway'))?.runtime ?? '';
  const lastDay = LAST_DAYS.get(runtime);
  if (lastDay === undefined) return green(`${runtime}, which this version does not know`);
  const days = Math.floor((Date.parse(lastDay) - facts.world.now().getTime()) / DAY_MS);
  if (days >= WARN_DAYS) return green(`${runtime}, deployable until ${lastDay}`);
  const detail =
    days < 0 ? `${runtime} cannot be deployed since ${lastDay}` : `${runtime} ends on ${lastDay}`;
  return red(
    detail,
    `set runtime = "nodejs24" in infra/${facts.target().variablesFile}, then ${deployCommand(facts)}`,
  );
}

async function checkDatabase(facts: Facts): Promise<Finding> {
  const { project } = facts.target();
  const name = (await facts.deployed('gateway'))?.environment['FIRESTORE_DATABASE'] ?? '(default)';
  const path = `/v1/projects/${project}/databases/${name}`;
  const database = await facts.google().get('firestore', path);
  if (database === null) return red(`${name} is not there`, deployCommand(facts));
  if (textAt(database, 'type') !== 'FIRESTORE_NATIVE')
    return red(
      `${name} is in Datastore mode`,
      'choose another prefix or environment: the mode cannot be changed',
    );
  const field = await facts.google().get('firestore', `${path}/collectionGroups/blocklist/fields/expiresAt`);
  const ttl = textAt(field, 'ttlConfig', 'state');
  if (ttl === 'ACTIVE' || ttl === 'CREATING') return green(`${name}, expired rules are deleted`);
  return red('expired rules are not deleted (TTL of blocklist.expiresAt)', deployCommand(facts));
}
