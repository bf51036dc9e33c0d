/**
 * Follows the server's events, and says what they make stale.
 *
 * L1. While there is no connection the page is not live, and says so.
 * L2. What was there before a connection opened is read anew: a lost one goes on behind its last event, but one
 *     that gave none yet has nothing to go on behind.
 */
import type { ApiClient } from '@trueup/api';

import type { QueryTopic } from '../api/query-topic.ts';
import { staleTopics } from './stale-topics.ts';

export type LiveState =
  | { readonly name: 'connecting' }
  | { readonly name: 'live' }
  /** The connection is lost, and made again by itself. `sinceMs`: what is shown was right until then. */
  | { readonly name: 'reconnecting'; readonly sinceMs: number }
  /** Nothing is tried any more. */
  | { readonly name: 'ended' };

export interface FollowEventsOptions {
  readonly api: Pick<ApiClient, 'events'>;
  readonly now: () => number;
  readonly onState: (state: LiveState) => void;
  /** `everything`: what was read before now, whatever it is about. */
  readonly onStale: (topics: readonly QueryTopic[] | 'everything') => void;
  readonly signal: AbortSignal;
}

/** Ends when the signal aborts; rejects with what no waiting mends. */
export async function followEvents(options: FollowEventsOptions): Promise<void> {
  const { api, now, onState, onStale, signal } = options;
  let lostAt: number | undefined;
  const onConnection = (state: 'open' | 'lost'): void => {
    if (state === 'open') {
      lostAt = undefined;
      onState({ name: 'live' });
      onStale('everything');
      return;
    }
    lostAt ??= now();
    onState({ name: 'reconnecting', sinceMs: lostAt });
  };
  try {
    for await (const event of api.events({ signal, onConnection })) {
      const topics = staleTopics(event);
      if (topics.length > 0) onStale(topics);
    }
  } catch (error) {
    if (signal.aborted) return;
    onState({ name: 'ended' });
    throw error;
  }
}
