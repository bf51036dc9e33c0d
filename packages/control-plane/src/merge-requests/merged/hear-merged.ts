/**
 * Takes up what people say on a merge request once it is merged: they approve, hold, retry and resume its
 * runs. Whoever acts does so as the member that the account is linked to, through a session, which asks
 * whether it may and writes it down.
 */
import {
  type Actor,
  type Approval,
  addRefusals,
  beginDiscussion,
  type Command,
  type Discussion,
  isEnded,
  isUnedited,
  isUnheard,
  noteHeard,
  parseCommands,
  type Run,
  type Store,
} from '@trueup/engine';
import type { Comment } from '@trueup/forge-sdk';
import { SessionError } from '../../access/session-error.ts';
import type { ForgePlace } from '../../forges/forge-place.ts';
import { actorOf, readComments } from '../hearing/listen.ts';
import type { MergedSet, StackOutcome } from './read-outcome.ts';

export interface HearMergedPorts {
  readonly store: Store;
  /** What a member may do with runs: asked before it is done. */
  readonly as: (actor: Actor) => ActingMember;
}

/** Each throws SessionError for what the member may not, or what is too late. */
export interface ActingMember {
  apply(stack: string): Promise<Run>;
  approve(run: string, digest: string): Promise<Approval>;
  hold(run: string): Promise<void>;
  resume(run: string): Promise<void>;
}

export interface MergedHearing {
  readonly place: ForgePlace;
  readonly outcomes: readonly StackOutcome[];
  readonly signal: AbortSignal;
}

/** What was asked for is done before that it was heard is written: it is done again rather than lost. */
export async function hearMerged(
  set: MergedSet,
  { place, outcomes, signal }: MergedHearing,
  { store, as }: HearMergedPorts,
): Promise<MergedSet> {
  const before = set.discussion ?? beginDiscussion(set.headSeenAt);
  const comments = await readComments(set, place, signal);
  const members = await store.members();
  const spoken = comments
    .filter((comment) => isUnheard(before.heard, comment))
    .map((comment) => ({ comment, commands: parseCommands(comment.body) }))
    .filter(({ commands }) => commands.length > 0);
  const answers: Answer[] = [];
  for (const { comment, commands } of spoken) {
    const actor = actorOf(comment.author, { members, forge: place.forge.name });
    const session = actor && as(actor);
    for (const command of commands) {
      const reason = await take(command, { comment, session, outcomes });
      answers.push({ who: comment.author.login, what: command.name, reason });
    }
  }
  const heard = noteHeard(
    before.heard,
    comments,
    spoken.map(({ comment }) => comment),
  );
  const discussion = noteAnswers({ ...before, heard }, answers);
  const listened = { ...set, discussion };
  if (JSON.stringify(discussion) !== JSON.stringify(set.discussion)) {
    await store.commit([{ kind: 'change-set', set: listened }]);
  }
  return listened;
}

interface Answer {
  readonly who: string;
  readonly what: string;
  /** Why not; `undefined` for what was done. */
  readonly reason: string | undefined;
}

function noteAnswers(before: Discussion, answers: readonly Answer[]): Discussion {
  const refusals = answers.flatMap(({ who, what, reason }) =>
    reason === undefined ? [] : [{ who, what, reason }],
  );
  const asked = answers.some(({ what, reason }) => what === 'explain' && reason === undefined);
  return {
    ...before,
    refusals: addRefusals(before.refusals, refusals),
    ...(asked && { explains: true as const }),
  };
}

interface Asked {
  readonly comment: Comment;
  readonly session: ActingMember | undefined;
  readonly outcomes: readonly StackOutcome[];
}

/** Why not; `undefined` when it is done. */
async function take(
  command: Command,
  { comment, session, outcomes }: Asked,
): Promise<string | undefined> {
  if (!isUnedited(comment)) return 'The comment was edited: say it in a new one.';
  if (!session) return 'No member of Trueup is linked to this account.';
  try {
    switch (command.name) {
      case 'apply':
        return await retry(outcomes, session);
      case 'hold':
        return await holdAll(outcomes, session);
      case 'approve':
        return await approveRuns(command.digest, outcomes, session);
      case 'plan':
        return 'It is merged: its runs plan by themselves.';
      case 'explain':
        return undefined;
      case 'unknown':
        return 'Not understood: there are approve DIGEST, apply, hold and explain.';
    }
  } catch (error) {
    if (error instanceof SessionError) return `${error.message}.`;
    throw error;
  }
}

async function retry(
  outcomes: readonly StackOutcome[],
  session: ActingMember,
): Promise<string | undefined> {
  const stuck = outcomes.filter(({ state }) => state === 'held' || state === 'failed');
  for (const { stack, run } of stuck) {
    if (run?.phase.name === 'held') await session.resume(run.id);
    else if (run?.phase.name !== 'awaiting-approval') await session.apply(stack);
  }
  return stuck.length === 0 ? 'Nothing of it is held or has failed.' : undefined;
}

async function holdAll(
  outcomes: readonly StackOutcome[],
  session: ActingMember,
): Promise<string | undefined> {
  const going = outcomes.flatMap(({ run }) => (run && !isEnded(run) ? [run] : []));
  for (const { id } of going) await session.hold(id);
  return going.length === 0 ? 'Nothing of it is on its way.' : undefined;
}

async function approveRuns(
  digest: string,
  outcomes: readonly StackOutcome[],
  session: ActingMember,
): Promise<string | undefined> {
  const named = digest.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{12,64}$/.test(named)) return 'A digest is named by 12 of its digits or more.';
  const waits = ({ phase }: Run): boolean =>
    phase.name === 'held' || phase.name === 'awaiting-approval';
  const meant = outcomes.flatMap(({ run }) => {
    const isMeant = run && waits(run) && run.plan?.digest.startsWith(`sha256:${named}`);
    return isMeant ? [run] : [];
  });
  for (const { id } of meant) await session.approve(id, named);
  return meant.length === 0 ? 'No run of it that waits has a plan of this digest.' : undefined;
}
