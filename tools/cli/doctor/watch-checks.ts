import type { Facts } from '../facts.ts';
import { memberAt } from '../member-at.ts';
import { textAt } from '../text-at.ts';
import type { Check, Finding } from './check.ts';
import { green } from './green.ts';
import { red } from './red.ts';

const isDeployed = async (facts: Facts): Promise<boolean> => (await facts.deployed('watch')) !== null;

/** The optional function `watch`: nothing of it is said where it is not deployed. */
export const WATCH_CHECKS: readonly Check[] = [
  {
    id: 'functions.watch',
    group: 'functions',
    title: 'function watch',
    needs: ['google.functions'],
    isWanted: isDeployed,
    run: checkFunction,
  },
  {
    id: 'functions.watch-schedule',
    group: 'functions',
    title: 'schedule of watch',
    needs: ['functions.watch'],
    isWanted: isDeployed,
    run: checkSchedule,
  },
];

async function checkFunction(facts: Facts): Promise<Finding> {
  const found = await facts.deployed('watch');
  const { project, environment } = facts.target();
  const where = `PROJECT=${project} ENV=${environment}`;
  if (found?.state !== 'ACTIVE') return red(`it is ${found?.state ?? 'gone'}`, `make deploy ${where}`);
  const secret = await facts.secret('watch-twilio-api-key-secret', found.twilioSecretVersion);
  if (secret === null)
    return red(
      'the secret of its Twilio key has no value',
      `WATCH_TWILIO_API_KEY_SECRET=… make secrets ${where}`,
    );
  return green('active, with a key of its own');
}

/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs */
async function checkSchedule(facts: Facts): Promise<Finding> {
  const { project, region, prefix, environment } = facts.target();
  const name = `${prefix}-${environment}-watch`;
  const path = `/v1/projects/${project}/locations/${region}/jobs/${name}`;
  const job = await facts.google().get('cloudscheduler', path);
  if (job === null) return red('there is none', `make deploy PROJECT=${project} ENV=${environment}`);
  const state = textAt(job, 'state');
  if (state !== 'ENABLED')
    return red(
      `it is ${state}`,
      `gcloud scheduler jobs resume ${name} --location=${region} --project=${project}`,
    );
  const last = textAt(job, 'lastAttemptTime');
  // A google.rpc.Status: no code is OK.
  const code = memberAt(job, 'status', 'code');
  if (last !== '' && code !== undefined && code !== 0)
    return red(
      `its call of ${last} failed`,
      `read its log: gcloud functions logs read ${name} --gen2 --region=${region} --project=${project}`,
    );
  return green(last === '' ? 'enabled, not called yet' : `enabled, last called ${last}`);
}
