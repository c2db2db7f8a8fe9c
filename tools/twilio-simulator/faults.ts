import type { Fault } from './fault.ts';
import type { Operation } from './operation.ts';

/** A fault for the next calls of one kind. */
export interface InjectedFault extends Fault {
  readonly operation: Operation;
  /** For how many calls; default 1. */
  readonly times?: number;
}

/** The faults that wait for their calls. */
export interface Faults {
  /** Adds a fault behind those that already wait for the same operation. */
  inject(fault: InjectedFault): void;
  /** The fault for a call of this kind, which it uses up. */
  take(operation: Operation): Fault | undefined;
  clear(): void;
}

/** Starts without faults. */
export function createFaults(): Faults {
  const waiting = new Map<Operation, { readonly fault: Fault; timesLeft: number }[]>();
  return {
    inject: (fault) => {
      const times = fault.times ?? 1;
      if (!Number.isSafeInteger(times) || times < 1) throw new RangeError('times must be 1 or more');
      const queue = waiting.get(fault.operation) ?? [];
      waiting.set(fault.operation, [...queue, { fault, timesLeft: times }]);
    },
    take: (operation) => {
      const queue = waiting.get(operation);
      const next = queue?.[0];
      if (queue === undefined || next === undefined) return undefined;
      next.timesLeft -= 1;
      if (next.timesLeft === 0) queue.shift();
      return next.fault;
    },
    clear: () => waiting.clear(),
  };
}
