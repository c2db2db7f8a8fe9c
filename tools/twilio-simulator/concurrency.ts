import type { Operation } from './operation.ts';

/** How many calls of each kind are under way at once. */
export interface Concurrency {
  /** Notes that a call began; returns how many are under way with it. */
  enter(operation: Operation): number;
  leave(operation: Operation): void;
  /** The most that were ever under way at once. */
  maximum(operation: Operation): number;
  /** Forgets the maxima; what is under way stays counted. */
  clear(): void;
}

/** Starts at zero. */
export function createConcurrency(): Concurrency {
  const underWay = new Map<Operation, number>();
  const maxima = new Map<Operation, number>();
  return {
    enter: (operation) => {
      const count = (underWay.get(operation) ?? 0) + 1;
      underWay.set(operation, count);
      if (count > (maxima.get(operation) ?? 0)) maxima.set(operation, count);
      return count;
    },
    leave: (operation) => {
      underWay.set(operation, (underWay.get(operation) ?? 1) - 1);
    },
    maximum: (operation) => maxima.get(operation) ?? 0,
    clear: () => maxima.clear(),
  };
}
