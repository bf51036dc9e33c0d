import type { Store } from '@trueup/engine';

/**
 * One process's view of a store that outlives it: closing it leaves the store open, and after a cut
 * nothing of the process reaches it any more, as after a kill.
 */
export interface BenchStore {
  readonly store: Store;
  cut(): void;
}

/** `told` is called after each batch. */
export function viewStore(inner: Store, told: () => void): BenchStore {
  let reachable = true;
  const store = new Proxy(inner, {
    get: (target, member) => {
      if (member === 'close') return async () => undefined;
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== 'function') return value;
      return async (...given: readonly unknown[]) => {
        if (!reachable) throw new Error('the process has ended');
        const answer: unknown = await Reflect.apply(value, target, given);
        if (member === 'commit') told();
        return answer;
      };
    },
  });
  const cut = (): void => {
    reachable = false;
  };
  return { store, cut };
}
