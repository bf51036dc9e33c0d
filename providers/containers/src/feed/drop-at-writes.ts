import type { ContainersClient, EngineCall } from '../containers-client.ts';
import type { KeptContainers } from './kept-containers.ts';

/** C3: a look that follows a write of ours is never answered from before it. */
export function dropAtWrites(
  client: ContainersClient,
  kept: Pick<KeptContainers, 'dropAll'>,
): ContainersClient {
  return {
    async call(call, signal) {
      if (readsOnly(call)) return client.call(call, signal);
      kept.dropAll();
      try {
        return await client.call(call, signal);
      } finally {
        kept.dropAll();
      }
    },
    async *stream(call, signal) {
      if (readsOnly(call)) return yield* client.stream(call, signal);
      kept.dropAll();
      try {
        yield* client.stream(call, signal);
      } finally {
        kept.dropAll();
      }
    },
    close: () => client.close(),
  };
}

function readsOnly({ method }: EngineCall): boolean {
  return method === 'GET' || method === 'HEAD';
}
