import type { LiveEvent } from '@trueup/api';

import type { QueryTopic } from '../api/query-topic.ts';

/** Whose answers an event makes stale, by its noun. */
const topicsOf: Readonly<Record<string, readonly QueryTopic[]>> = {
  run: ['runs', 'stacks', 'rollouts', 'audit'],
  rollout: ['rollouts', 'stacks'],
  drift: ['drift', 'stacks'],
  health: ['stacks'],
  stack: ['stacks', 'audit'],
  approval: ['change-sets', 'runs', 'audit', 'merge-requests'],
  'merge-request': ['change-sets', 'merge-requests'],
  repository: ['repositories', 'stacks'],
};

/** Topics of one event; events of other nouns change nothing that is shown. */
export function staleTopics({ type }: Pick<LiveEvent, 'type'>): readonly QueryTopic[] {
  const [noun = ''] = type.split(':');
  return Object.hasOwn(topicsOf, noun) ? (topicsOf[noun] ?? []) : [];
}
