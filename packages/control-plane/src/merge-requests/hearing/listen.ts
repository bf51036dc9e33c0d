/**
 * Asks a forge what people said on an open merge request, and takes it up: what follows from it and that
 * it was heard are written in one batch, so that nothing is lost and nothing counts twice (P4).
 */
import {
  type Actor,
  type ChangeSet,
  findSpeaker,
  type HeardWords,
  hearWords,
  isUnedited,
  type Member,
  may,
  parseCommands,
  type RepositoryRecord,
  type Store,
  type Write,
} from '@trueup/engine';
import type { Comment, ForgeUser, MergeRequest } from '@trueup/forge-sdk';
import type { ForgePlace } from '../../forges/forge-place.ts';
import { mayPush } from './may-push.ts';

export interface Listening {
  readonly repository: RepositoryRecord;
  readonly request: MergeRequest;
  readonly place: ForgePlace;
  readonly signal: AbortSignal;
}

export interface ListenPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
}

export interface Listened {
  readonly set: ChangeSet;
  /** All plans are to be made again. */
  readonly plans: boolean;
}

export async function listen(
  set: ChangeSet,
  { repository, request, place, signal }: Listening,
  { store, now, newId }: ListenPorts,
): Promise<Listened> {
  const { forge } = place;
  const { number } = request;
  const members = await store.members();
  const comments = await readComments(set, place, signal);
  // Of plans that are being made nobody can have seen anything.
  const isShown = set.phase.name === 'planned';
  const reviews = isShown ? await forge.reviews(place.repository, number, { signal }) : [];
  const approvals = await store.approvals({ repository: repository.id, mergeRequest: number });
  const at = new Date(now()).toISOString();
  const heard = hearWords({
    set,
    comments,
    reviews,
    approvals: isShown ? approvals : [],
    forge: forge.name,
    members,
    repository: repository.name,
    pushers: await findPushers(comments, place, signal),
    newId,
    at,
  });
  const listened = { ...set, discussion: heard.discussion };
  if (JSON.stringify(listened) !== JSON.stringify(set) || heard.approvals.length > 0) {
    await store.commit([
      { kind: 'change-set', set: listened },
      ...tell(listened, heard, { repository, at }),
    ]);
  }
  return { set: listened, plans: heard.plans };
}

/** Those that were written since we listened last, and not by us. */
export async function readComments(
  { number, discussion, headSeenAt }: ChangeSet,
  { forge, repository }: ForgePlace,
  signal: AbortSignal,
): Promise<readonly Comment[]> {
  const since = discussion?.heard.since ?? headSeenAt;
  const comments = await forge.comments(repository, { number, since }, { signal });
  const own = discussion?.shown?.comment.id;
  return comments.filter(({ id }) => id !== own);
}

/** A forge is asked about so few people at once. */
const mostAsked = 20;

async function findPushers(
  comments: readonly Comment[],
  place: ForgePlace,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const speakers = new Map<string, ForgeUser>();
  for (const comment of comments) {
    const asks = parseCommands(comment.body).some(({ name }) => name === 'plan');
    if (asks && isUnedited(comment)) speakers.set(comment.author.id, comment.author);
  }
  const pushers = new Set<string>();
  for (const user of [...speakers.values()].slice(-mostAsked)) {
    if (await mayPush(user, place, signal)) pushers.add(user.id);
  }
  return pushers;
}

function tell(
  { number, stacks }: ChangeSet,
  { approvals }: HeardWords,
  { repository, at }: { readonly repository: RepositoryRecord; readonly at: string },
): readonly Write[] {
  return approvals.flatMap((approval): readonly Write[] => {
    const { stack, state, actor, identity = '' } = approval;
    const plan = stacks[stack];
    const digest = plan?.name === 'planned' ? plan.digest : '';
    const event = `approval:${state}`;
    const detail = { mergeRequest: number, plan: digest, identity };
    const body = { mergeRequest: number, actor };
    return [
      { kind: 'approval', approval },
      { kind: 'audit', line: { at, actor: `member:${actor}`, event, subject: stack, detail } },
      { kind: 'event', event: { at, type: event, repository: repository.name, stack, body } },
    ];
  });
}

/** The member that an account is linked to, as who acts. */
export function actorOf(
  user: ForgeUser,
  { members, forge }: { readonly members: readonly Member[]; readonly forge: string },
): Extract<Actor, { readonly kind: 'member' }> | undefined {
  const member = findSpeaker({ members, forge }, user);
  return member && { kind: 'member', name: member.name, grants: member.grants };
}

/** Whether the account's member may plan the repository's stacks. */
export function mayPlan(
  user: ForgeUser,
  repository: string,
  known: { readonly members: readonly Member[]; readonly forge: string },
): boolean {
  const actor = actorOf(user, known);
  const subject = { kind: 'repository', name: repository } as const;
  return actor !== undefined && may({ actor, verb: 'plan', subject });
}
