import type { Auth0Management } from './auth0-management.ts';
import type { Change } from './change.ts';
import { listAt } from './list-at.ts';
import { memberAt } from './member-at.ts';
import { textAt } from './text-at.ts';

/** Whether the tenant hands its messages to an Action. */
export async function hasCustomPhoneProvider(auth0: Auth0Management): Promise<boolean> {
  const providers = listAt(await auth0.get('/branding/phone/providers'), 'providers');
  return providers.some((one) => textAt(one, 'name') === 'custom' && memberAt(one, 'disabled') !== true);
}

/**
 * What has to change so that the tenant hands its messages to an Action.
 *
 * @see https://auth0.com/docs/api/management/v2/branding/create-phone-provider
 */
export async function planPhoneProvider(auth0: Auth0Management): Promise<readonly Change[]> {
  const providers = listAt(await auth0.get('/branding/phone/providers'), 'providers');
  if (await hasCustomPhoneProvider(auth0)) return [];
  const [current] = providers;
  const content = {
    name: 'custom',
    disabled: false,
    configuration: { delivery_methods: ['text', 'voice'] },
    credentials: {},
  };
  const apply = async (): Promise<void> => {
    if (current === undefined) await auth0.post('/branding/phone/providers', content);
    else await auth0.patch(`/branding/phone/providers/${textAt(current, 'id')}`, content);
  };
  const before = current === undefined ? '(nothing)' : textAt(current, 'name');
  return [{ what: 'phone provider of the tenant', lines: [`name: ${before} → custom`], apply }];
}
