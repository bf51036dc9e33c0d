import type { Store } from '@trueup/engine';

/**
 * One process's view of a store that outlives it: closing it leaves the store open, and after a cut
 * nothing of the process reaches it any more, as after a kill.
 */
export interface BenchStore {
  readonly store: Store;
  readonly reachable: boolean;
  /** The process has closed it. */
  readonly closed: boolean;
  cut(): void;
  /** Cuts by itself right after so many more batches. */
  cutAfter(commits: number): void;
}

/** `told` is called after each batch. */
export function viewStore(inner: Store, told: () => void): BenchStore {
  let reachable = true;
  let closed = false;
  let left = Number.POSITIVE_INFINITY;
  const store = new Proxy(inner, {
    get: (target, member) => {
      if (member === 'close') {
        return async () => {
          closed = true;
        };
      }
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return async (...given: readonly unknown[]) => {
        if (!reachable) throw new Error('the process has ended');
        const answer: unknown = await Reflect.apply(value, target, given);
        if (member === 'commit') {
          left -= 1;
          if (left <= 0) reachable = false;
          told();
        }
        return answer;
      };
    },
  });
  return {
    store,
    get reachable() {
      return reachable;
    },
    get closed() {
      return closed;
    },
    cut: () => {
      reachable = false;
    },
    cutAfter: (commits) => {
      left = commits;
    },
  };
}
