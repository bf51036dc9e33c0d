import type { Verb } from '@trueup/engine';
import type { HostedActor, HostedMergeRequest } from '@trueup/forge-hosted';

import type { HostedRequestView } from './hosted-session.ts';

/** What sessions ask for before they do it: shown and refused by the same table. */
export const requestVerbs = {
  comment: 'view',
  approve: 'approve',
  edit: 'plan',
  merge: 'plan',
} as const;

export interface RequestAsked {
  /** The one decision about access, for the repository. */
  readonly may: (verb: Verb) => boolean;
  readonly actor: Pick<HostedActor, 'permission' | 'user'>;
  readonly request: Pick<HostedMergeRequest, 'author' | 'pushers'>;
}

/** What somebody may do with a merge request, whatever state it is in. */
export function verbsWithRequest({ may, actor, request }: RequestAsked): HostedRequestView['may'] {
  const { permission, user } = actor;
  const own = [request.author, ...(request.pushers ?? [])].some(({ id }) => id === user.id);
  const counts = !own && (permission === 'write' || permission === 'admin');
  const order = ['comment', 'review', 'approve', 'edit', 'merge'] as const;
  return order.filter((verb) => (verb === 'review' ? counts : may(requestVerbs[verb])));
}
