/** Keeps what the page shows as new as the server's events, a few times a second at most. */

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';

import { useApi } from '../api/api-context.ts';
import type { QueryTopic } from '../api/query-topic.ts';
import { useActor } from '../features/session/queries.ts';
import { isSignedOut } from './create-query-client.ts';
import { followEvents, type LiveState } from './follow-events.ts';
import { isUpgraded, ownScript } from './is-upgraded.ts';

export interface Live {
  readonly state: LiveState;
  /** The server has newer pages than this tab. */
  readonly upgraded: boolean;
}

const LiveContext = createContext<Live>({ state: { name: 'connecting' }, upgraded: false });

export function useLive(): Live {
  return use(LiveContext);
}

export function LiveEvents({ children }: { readonly children: ReactNode }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const actor = useActor();
  const signedIn = actor.data !== undefined && !isSignedOut(actor.error);
  const [state, setState] = useState<LiveState>({ name: 'connecting' });
  const [upgraded, setUpgraded] = useState(false);
  useEffect(() => {
    if (!signedIn) return undefined;
    const ending = new AbortController();
    const { signal } = ending;
    const refresh = createRefresh(queries, signal);
    const look = async (): Promise<void> => {
      if (await isUpgraded(ownScript(), signal)) setUpgraded(true);
    };
    let isFirst = true;
    followEvents({
      api,
      now: () => Date.now(),
      signal,
      onState: setState,
      onStale: (topics) => {
        if (topics !== 'everything') return refresh(topics);
        void readAnew(queries);
        // A server that was away may be another one.
        if (!isFirst) void look();
        isFirst = false;
      },
    }).catch((error: unknown) => {
      if (error instanceof Error && isSignedOut(error)) {
        void queries.invalidateQueries({ queryKey: ['actor'] });
      }
    });
    return () => ending.abort();
  }, [api, queries, signedIn]);
  return <LiveContext value={{ state, upgraded }}>{children}</LiveContext>;
}

/** Plans never change. What is on its way is left to arrive: it is about as new as the connection. */
async function readAnew(queries: QueryClient): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [topic], state }) =>
      topic !== 'plans' && topic !== 'actor' && state.fetchStatus === 'idle',
  });
}

/** Many events come at once; what they touch is asked for once. */
const gatherMs = 400;

function createRefresh(
  queries: QueryClient,
  signal: AbortSignal,
): (topics: readonly QueryTopic[]) => void {
  const stale = new Set<QueryTopic>();
  let refreshing = false;
  // What takes long to be read is not asked for again before it is there: large lists set their own pace.
  const refresh = async (): Promise<void> => {
    refreshing = true;
    while (stale.size > 0 && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const topics = [...stale];
      stale.clear();
      await Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
    }
    refreshing = false;
  };
  return (topics) => {
    for (const topic of topics) stale.add(topic);
    if (!refreshing) void refresh();
  };
}
