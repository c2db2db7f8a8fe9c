import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Auth0Management } from './auth0-management.ts';
import type { Change } from './change.ts';
import { CliProblem } from './cli-problem.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';

/** An Action that we ship. */
export interface ShippedAction {
  readonly name: string;
  readonly trigger: 'custom-phone-provider' | 'post-login';
  readonly triggerVersion: string;
  /** The text of the file in `auth0/`. */
  readonly code: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** How an Action of the tenant stands. */
export interface ActionState {
  readonly id: string;
  readonly isUpToDate: boolean;
  readonly isDeployed: boolean;
  readonly isBound: boolean;
}

const BUILT_WITHIN_POLLS = 60;
const POLL_MS = 1000;

/** Finds an Action by its name; null where the tenant has none. */
export async function readAction(auth0: Auth0Management, action: ShippedAction): Promise<ActionState | null> {
  const answer = await auth0.get(`/actions/actions?triggerId=${action.trigger}&per_page=50`);
  const found = listAt(answer, 'actions').find((one) => textAt(one, 'name') === action.name);
  if (found === undefined) return null;
  const id = textAt(found, 'id');
  const names = listAt(found, 'secrets').map((secret) => textAt(secret, 'name'));
  const hasSecrets = isDeepStrictEqual(names.sort(), Object.keys(action.secrets).sort());
  return {
    id,
    isUpToDate: textAt(found, 'code') === action.code && hasSecrets,
    isDeployed: memberAt(found, 'all_changes_deployed') === true,
    isBound: (await readBindings(auth0, action.trigger)).some((binding) => binding.id === id),
  };
}

/**
 * What has to change so that an Action runs as it is shipped. Auth0 shows no values of secrets, so they are written anew
 * where the Action changes, where their names are others, or on request.
 */
export async function planAction(
  auth0: Auth0Management,
  action: ShippedAction,
  renewSecrets: boolean,
): Promise<readonly Change[]> {
  const state = await readAction(auth0, action);
  const isWritten = state?.isUpToDate === true && !renewSecrets;
  const lines = [
    ...(isWritten ? [] : [`code and secrets: ${Object.keys(action.secrets).join(', ')}`]),
    ...(isWritten && state.isDeployed ? [] : ['deployed']),
    ...(state?.isBound === true ? [] : [`bound to the trigger ${action.trigger}`]),
  ];
  if (lines.length === 0) return [];
  const apply = async (): Promise<void> => {
    const id = isWritten ? state.id : await write(auth0, action, state?.id ?? null);
    if (!isWritten || !state.isDeployed) await deploy(auth0, id);
    if (state?.isBound !== true) await bind(auth0, action, id);
  };
  return [{ what: `${state === null ? 'new Action' : 'Action'} ${action.name}`, lines, apply }];
}

async function write(auth0: Auth0Management, action: ShippedAction, id: string | null): Promise<string> {
  const content = {
    name: action.name,
    code: action.code,
    dependencies: [],
    secrets: Object.entries(action.secrets).map(([name, value]) => ({ name, value })),
  };
  if (id !== null) {
    await auth0.patch(`/actions/actions/${id}`, content);
    return id;
  }
  const triggers = [{ id: action.trigger, version: action.triggerVersion }];
  const made = await auth0.post('/actions/actions', {
    ...content,
    runtime: 'node22',
    supported_triggers: triggers,
  });
  return textAt(made, 'id');
}

/** Auth0 builds an Action after each change, and deploys only what is built. */
async function deploy(auth0: Auth0Management, id: string): Promise<void> {
  for (let poll = 0; poll < BUILT_WITHIN_POLLS; poll += 1) {
    const status = textAt(await auth0.get(`/actions/actions/${id}`), 'status');
    if (status === 'built') {
      await auth0.post(`/actions/actions/${id}/deploy`);
      return;
    }
    if (status === 'failed') break;
    await sleep(POLL_MS);
  }
  throw new CliProblem('Auth0 did not build the Action: look at Actions → Library in its dashboard.');
}

/** Bindings are replaced whole, so those of others are written again, before ours. */
async function bind(auth0: Auth0Management, action: ShippedAction, id: string): Promise<void> {
  const others = (await readBindings(auth0, action.trigger)).filter((binding) => binding.id !== id);
  if (action.trigger === 'custom-phone-provider' && others.length > 0)
    throw new CliProblem(
      'Another Action is the phone provider of this tenant: unbind it first, there can be one.',
    );
  const bindings = [...others, { id, name: action.name }].map((binding) => ({
    ref: { type: 'action_id', value: binding.id },
    display_name: binding.name,
  }));
  await auth0.patch(`/actions/triggers/${action.trigger}/bindings`, { bindings });
}

async function readBindings(
  auth0: Auth0Management,
  trigger: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const answer = await auth0.get(`/actions/triggers/${trigger}/bindings?per_page=50`);
  return listAt(answer, 'bindings').map((binding) => ({
    id: textAt(binding, 'action', 'id'),
    name: textAt(binding, 'display_name'),
  }));
}
