/** What answers of the server are about: the first member of the key of each query. */
export type QueryTopic =
  | 'actor'
  | 'audit'
  | 'change-sets'
  | 'conflicts'
  | 'drift'
  | 'members'
  | 'merge-requests'
  | 'plans'
  | 'repositories'
  | 'resources'
  | 'rollouts'
  | 'runs'
  | 'sign-ins'
  | 'stacks';

/** Keys with another first member do not compile, neither where one is asked for nor where one is stale. */
declare module '@tanstack/react-query' {
  interface Register {
    queryKey: readonly [QueryTopic, ...unknown[]];
  }
}
