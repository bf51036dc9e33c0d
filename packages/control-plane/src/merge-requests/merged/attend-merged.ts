/** Attends to a merged merge request until it is applied: hears people, and shows how its runs stand. */
import { StalledError } from '@trueup/diagnostics';
import {
  type ChangeSet,
  describeStatuses,
  isFollowed,
  parseStackId,
  type RepositoryRecord,
  type Revision,
} from '@trueup/engine';
import type { ForgePlace } from '../../forges/forge-place.ts';
import type { GitRepository } from '../../repository/git-repository.ts';
import { weighApprovals } from '../hearing/weigh-approvals.ts';
import { composeView, mergeRequestUrl } from '../showing/compose-view.ts';
import type { MergeRequestFace } from '../showing/merge-request-face.ts';
import { type HearMergedPorts, hearMerged } from './hear-merged.ts';
import {
  describeOutcome,
  endOf,
  type MergedSet,
  readOutcome,
  type StackOutcome,
} from './read-outcome.ts';

export interface AttendMergedPorts extends HearMergedPorts {
  readonly now: () => number;
  readonly git: (name: string) => GitRepository;
  /** How people reach the server. There are no links if absent. */
  readonly publicUrl?: string | undefined;
}

export interface AttendingMerged {
  readonly repository: RepositoryRecord & { readonly head: Revision };
  readonly place: ForgePlace;
  readonly face: MergeRequestFace;
  readonly signal: AbortSignal;
}

export async function attendMerged(
  id: string,
  attending: AttendingMerged,
  ports: AttendMergedPorts,
): Promise<void> {
  const { repository, place, signal } = attending;
  const found = await ports.store.changeSet(id);
  if (!found || !isMerged(found)) return;
  const outcomes = await readAgain(found, attending, ports);
  const hearing = { place, outcomes, signal };
  const set = await hearMerged(found, hearing, ports);
  const now = await readAgain(set, attending, ports);
  await show(set, now, attending, ports);
  const nowMs = ports.now();
  const applied = endOf(now, nowMs - Date.parse(found.updatedAt));
  if (applied === undefined) return;
  const at = new Date(nowMs).toISOString();
  const { number, phase } = set;
  const body = { mergeRequest: number, revision: phase.commit, outcome: applied };
  const type = 'merge-request:applied';
  await ports.store.commit([
    { kind: 'change-set', set: { ...set, updatedAt: at, phase: { ...phase, applied } } },
    { kind: 'event', event: { at, type, repository: repository.name, body } },
  ]);
}

export function isMerged(set: ChangeSet): set is MergedSet {
  return set.phase.name === 'merged' && isFollowed(set);
}

function readAgain(
  set: MergedSet,
  { repository, signal }: AttendingMerged,
  { store, git }: AttendMergedPorts,
): Promise<readonly StackOutcome[]> {
  const known = new Map<Revision, Promise<boolean>>();
  const contains = (revision: Revision, commit: Revision): Promise<boolean> => {
    const answer =
      known.get(revision) ?? isBehind(git(repository.name), { revision, commit }, signal);
    known.set(revision, answer);
    return answer;
  };
  return readOutcome(set, { store, contains, head: repository.head });
}

/**
 * Whether all of the commit is in what the revision comes from. A forge tells of a merge before the
 * branch is fetched: then the commit is not known here, and in nothing that is.
 */
async function isBehind(
  git: GitRepository,
  { revision, commit }: { readonly revision: Revision; readonly commit: Revision },
  signal: AbortSignal,
): Promise<boolean> {
  if (revision === commit) return true;
  try {
    const missing = await git.commitsBetween({ from: revision, to: commit, limit: 1 }, signal);
    return missing.length === 0;
  } catch (error) {
    if (!(error instanceof StalledError)) throw error;
    return false;
  }
}

async function show(
  set: MergedSet,
  outcomes: readonly StackOutcome[],
  { repository, place, face, signal }: AttendingMerged,
  { store, now, publicUrl }: AttendMergedPorts,
): Promise<void> {
  // Nothing is dropped any more: its approvals serve what was merged.
  const weighed = await weighApprovals(set, repository, { store, now });
  const { applied, status } = describeOutcome(outcomes, publicUrl);
  const targets = new Map<string, string>();
  for (const stack of Object.keys(set.stacks)) {
    targets.set(stack, (await store.stack(stack))?.target ?? parseStackId(stack).name);
  }
  const targetOf = (stack: string): string => targets.get(stack) ?? '';
  const named = { set, repository: repository.name, publicUrl };
  const view = composeView({ ...named, weighed, targetOf, applied });
  await face.putComment(set, view, { place, signal });
  const statuses = describeStatuses({
    set,
    ...mergeRequestUrl(named),
    unapproved: new Set(),
    asksPeople: false,
    applied: status,
  });
  await face.putStatuses(set, statuses, { place, signal });
}
