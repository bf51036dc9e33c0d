/** Tells what became of a merged merge request: how the runs stand that its merge led to. */
import {
  type AppliedEnd,
  type ChangeSet,
  type CommentApplied,
  pagePaths,
  pageUrl,
  parseStackId,
  type Revision,
  type Rollout,
  type RolloutStackState,
  type Run,
  type StackId,
  type Store,
} from '@trueup/engine';
import type { CommitStatus } from '@trueup/forge-sdk';

export interface OutcomePorts {
  readonly store: Store;
  /** Whether a revision has this commit among those that it comes from. */
  readonly contains: (revision: Revision, commit: Revision) => Promise<boolean>;
  /** Head of the followed branch. */
  readonly head: Revision;
}

export interface StackOutcome {
  readonly stack: StackId;
  readonly state: 'done' | 'failed' | 'waits' | 'held' | 'runs';
  /** Half a sentence for people. */
  readonly text: string;
  /** The newest one of it. */
  readonly run?: Run;
}

export type MergedSet = ChangeSet & {
  readonly phase: Extract<ChangeSet['phase'], { readonly name: 'merged' }>;
};

export async function readOutcome(
  set: MergedSet,
  ports: OutcomePorts,
): Promise<readonly StackOutcome[]> {
  const { store } = ports;
  const wanted = { repository: set.repository };
  const rollouts = (await store.rollouts(wanted, { limit: 20 })).items;
  const stacks = Object.entries(set.stacks).filter(([, { name }]) => name !== 'orphaned');
  const outcomes: StackOutcome[] = [];
  for (const [stack] of stacks) outcomes.push(await readStack(stack, { set, rollouts }, ports));
  return outcomes.toSorted((one, other) => (one.stack < other.stack ? -1 : 1));
}

interface Reading {
  readonly set: MergedSet;
  readonly rollouts: readonly Rollout[];
}

async function readStack(
  stack: StackId,
  { set, rollouts }: Reading,
  ports: OutcomePorts,
): Promise<StackOutcome> {
  const { commit } = set.phase;
  const runs = (await ports.store.runs({ stack }, { limit: 20 })).items;
  for (const run of runs) {
    const isAbout = run.purpose !== 'heal' && (await ports.contains(run.revision, commit));
    if (isAbout) return { stack, ...describeRun(run), run };
  }
  for (const { revision, stacks } of rollouts) {
    const member = stacks[stack];
    if (!member || !(await ports.contains(revision, commit))) continue;
    return { stack, ...describeMember(member.state) };
  }
  if (await ports.contains(ports.head, commit)) {
    return { stack, state: 'done', text: 'there was nothing to do' };
  }
  return { stack, state: 'waits', text: 'waits for its commit to be fetched' };
}

type Described = Pick<StackOutcome, 'state' | 'text'>;

function describeRun({ phase, counts }: Run): Described {
  switch (phase.name) {
    case 'succeeded':
      return { state: 'done', text: phase.extent === 'nothing' ? 'all was right' : 'applied' };
    case 'failed':
      return { state: 'failed', text: `failed: ${phase.failure.message}` };
    case 'cancelled':
      return { state: 'failed', text: `cancelled by ${phase.by}` };
    case 'superseded':
      return { state: 'runs', text: 'gave way to a newer run' };
    case 'held':
      return { state: 'held', text: `held: ${phase.message}` };
    case 'awaiting-approval':
      return { state: 'held', text: `waits for approval: ${phase.reason}` };
    case 'waiting':
      return { state: 'waits', text: phase.message };
    default:
      return { state: 'runs', text: `${phase.name}, ${counts.done} of ${counts.total} done` };
  }
}

function describeMember(state: RolloutStackState): Described {
  if (state.name === 'skipped') {
    return { state: 'failed', text: `left out, since ${state.because} did not succeed` };
  }
  if (state.name === 'cancelled') return { state: 'failed', text: 'cancelled' };
  return { state: 'waits', text: 'waits for the stacks that it comes after' };
}

/** What nobody brings to an end in this time is left to whoever looks at its runs. */
const patienceMs = 30 * 24 * 3600_000;

/** `undefined` while somebody may still have to do something, or something goes on. */
export function endOf(
  outcomes: readonly StackOutcome[],
  mergedForMs: number,
): AppliedEnd | undefined {
  const done = outcomes.filter(({ state }) => state === 'done');
  if (done.length < outcomes.length) {
    if (mergedForMs < patienceMs) return undefined;
    return done.length > 0 ? 'partly' : 'failed';
  }
  return outcomes.some(({ run }) => run) ? 'succeeded' : 'nothing';
}

/** For the comment, and for the status `trueup/apply`. */
export function describeOutcome(
  outcomes: readonly StackOutcome[],
  publicUrl?: string,
): {
  readonly applied: CommentApplied;
  readonly status: Pick<CommitStatus, 'state' | 'description'>;
} {
  const count = (state: StackOutcome['state']): number =>
    outcomes.filter((one) => one.state === state).length;
  const total = outcomes.length;
  const done = `${count('done')} of ${total} ${total === 1 ? 'stack' : 'stacks'} applied`;
  const parts = [
    done,
    ...(count('held') > 0 ? [`${count('held')} held`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
  ];
  const description = total === 0 ? 'nothing to apply' : parts.join(', ');
  const rest = count('failed') > 0 ? 'failed' : 'pending';
  return {
    applied: {
      title: `Merged: ${description}.`,
      stacks: outcomes.map(({ stack, text, run }) => ({
        stack,
        state: text,
        ...(publicUrl !== undefined && { url: pageUrl(publicUrl, pathOf(stack, run)) }),
      })),
    },
    status: { state: count('done') === total ? 'passed' : rest, description },
  };
}

function pathOf(stack: StackId, run: Run | undefined): string {
  if (!run) return pagePaths.stack(stack);
  return pagePaths.run(parseStackId(stack).repository, run.id);
}
