/** Follows the server's events and marks as stale what they touch, a few times a second at most. */

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { ApiClient } from '@trueup/api';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';

import { useApi } from '../api/api-context.ts';
import type { QueryTopic } from '../api/query-topic.ts';
import { useActor } from '../features/session/queries.ts';
import { staleTopics } from './stale-topics.ts';

export type LiveState = 'connecting' | 'live' | 'lost';

const LiveContext = createContext<LiveState>('connecting');

export function useLiveState(): LiveState {
  return use(LiveContext);
}

export function LiveEvents({ children }: { readonly children: ReactNode }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const actor = useActor();
  const signedIn = actor.data !== undefined;
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    if (!signedIn) return undefined;
    const ending = new AbortController();
    setState('live');
    followEvents(api, queries, ending.signal).catch(() => {
      if (!ending.signal.aborted) setState('lost');
    });
    return () => ending.abort();
  }, [api, queries, signedIn]);
  return <LiveContext value={state}>{children}</LiveContext>;
}

/** Many events come at once; what they touch is asked for once. */
const gatherMs = 400;

async function followEvents(
  api: ApiClient,
  queries: QueryClient,
  signal: AbortSignal,
): Promise<void> {
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
  for await (const event of api.events({ signal })) {
    for (const topic of staleTopics(event)) stale.add(topic);
    if (stale.size > 0 && !refreshing) void refresh();
  }
}
