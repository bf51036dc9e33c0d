import { describeStore } from '../../testing/describe-store.ts';
import { MemoryStore } from './memory-store.ts';

describeStore('a store in memory', async () => ({
  store: new MemoryStore(),
  dispose: async () => undefined,
}));
