import { FIRESTORE_IS_DOWN } from './firestore-is-down.ts';
import { LANDLINE } from './landline.ts';
import { LOG_BATCH_REDELIVERED } from './log-batch-redelivered.ts';
import { LOOKUP_IS_DOWN } from './lookup-is-down.ts';
import { PUMPING_FROM_ONE_PREFIX } from './pumping-from-one-prefix.ts';
import { RE_SEND } from './re-send.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order of the page. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  PUMPING_FROM_ONE_PREFIX,
  LOOKUP_IS_DOWN,
  FIRESTORE_IS_DOWN,
  RE_SEND,
  LANDLINE,
  LOG_BATCH_REDELIVERED,
];
