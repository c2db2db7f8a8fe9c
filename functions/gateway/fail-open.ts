import { Fault } from '../domain/fault.ts';
import type { FailOpenBudget } from './fail-open-budget.ts';

/** Whether a send goes on without the answer that it asked for. */
export type FailurePolicy = 'allow' | 'deny';

/** The failures of one request: however many, they cost the budget one send. */
export interface FailOpen {
  /** @throws Fault `unavailable` where the policy is `deny` */
  refuseIfDenied(policy: FailurePolicy): void;
  /** @throws Fault `unavailable` where the budget is spent */
  spend(): void;
}

/** Begins a request. */
export function createFailOpen(budget: FailOpenBudget): FailOpen {
  let isSpent = false;
  return {
    refuseIfDenied: (policy) => {
      if (policy === 'deny') throw new Fault('unavailable');
    },
    spend: () => {
      if (isSpent) return;
      if (!budget.spend()) throw new Fault('unavailable', { retryAfterSeconds: 60 });
      isSpent = true;
    },
  };
}
