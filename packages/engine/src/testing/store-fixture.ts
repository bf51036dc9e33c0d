import type { Store } from '../store/store.ts';

/** One empty store of its own. */
export interface StoreFixture {
  readonly store: Store;
  /** Removes what is left. Every store is closed by then. */
  readonly dispose: () => Promise<void>;
}

/** Of a store that does not forget. */
export interface DurableStoreFixture extends StoreFixture {
  /** Opens what the closed `store` left. The suite closes it. */
  readonly reopen: () => Promise<Store>;
}
