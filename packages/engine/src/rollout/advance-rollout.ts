/**
 * Decides which stacks of a rollout may start, and what becomes of those behind one that did not
 * succeed. A failed stack stops what comes after it and nothing else.
 */
import type { Run, RunId } from '../run/run.ts';
import { isEnded } from '../run/run.ts';
import type { RepositoryId, Revision, StackId } from '../stack/stack-record.ts';
import type { Rollout, RolloutStack, RolloutStackState } from './rollout.ts';

export interface NewRollout {
  readonly id: string;
  readonly repository: RepositoryId;
  readonly revision: Revision;
  readonly before?: Revision;
  readonly createdAt: string;
  /** What each stack comes after, as configured; stacks outside of the rollout count as met. */
  readonly stacks: ReadonlyMap<StackId, readonly StackId[]>;
  /** See `Run.base`. None if absent. */
  readonly bases?: ReadonlyMap<StackId, Revision>;
}

export function createRollout({ stacks, bases, createdAt, ...rest }: NewRollout): Rollout {
  const members = [...stacks].map(([id, after]): [StackId, RolloutStack] => {
    const known = after.filter((one) => stacks.has(one)).sort();
    const before = bases?.get(id);
    return [
      id,
      { after: known, state: { name: 'waiting' }, ...(before !== undefined && { base: before }) },
    ];
  });
  const base = { ...rest, createdAt, updatedAt: createdAt, phase: 'waiting' } as const;
  return settle({ ...base, stacks: Object.fromEntries(members) }, createdAt);
}

/** Those that wait for nothing any more. Sorted. */
export function readyStacks({ stacks }: Rollout): readonly StackId[] {
  return Object.entries(stacks)
    .filter(([, { state, after }]) => state.name === 'waiting' && after.every(isMet(stacks)))
    .map(([id]) => id)
    .sort();
}

function isMet(stacks: Rollout['stacks']): (id: StackId) => boolean {
  return (id) => stacks[id]?.state.name === 'succeeded';
}

/** The run of each of these stacks exists. */
export function startStacks(
  rollout: Rollout,
  runs: ReadonlyMap<StackId, RunId>,
  at: string,
): Rollout {
  const states = [...runs].map(([stack, run]): NewState => [stack, { name: 'running', run }]);
  return settle(withStates(rollout, states), at);
}

/**
 * Takes up how runs stand. Those of other rollouts, and those that go on, change nothing. All at
 * once: each writing of a rollout of a thousand stacks copies all of it.
 */
export function noteRuns(rollout: Rollout, runs: readonly Run[], at: string): Rollout {
  const ended = runs.filter((run) => isEnded(run) && isRunning(rollout.stacks[run.stack], run));
  if (ended.length === 0) return rollout;
  const states = ended.map((run): NewState => [run.stack, endState(run)]);
  return settle(withStates(rollout, states), at);
}

function isRunning(member: RolloutStack | undefined, { id }: Run): boolean {
  return member?.state.name === 'running' && member.state.run === id;
}

/** What has not started will not; what runs is cancelled by whoever asks its run to. */
export function cancelRollout(rollout: Rollout, at: string): Rollout {
  const stacks = Object.entries(rollout.stacks).map(([id, member]): [StackId, RolloutStack] => {
    const waits = member.state.name === 'waiting';
    return [id, waits ? { ...member, state: { name: 'cancelled' } } : member];
  });
  return settle({ ...rollout, stacks: Object.fromEntries(stacks) }, at);
}

function endState({ id, phase }: Run): RolloutStackState {
  if (phase.name === 'succeeded') return { name: 'succeeded', run: id };
  if (phase.name === 'failed') return { name: 'failed', run: id };
  return { name: 'cancelled', run: id };
}

type NewState = readonly [stack: StackId, state: RolloutStackState];

function withStates(rollout: Rollout, states: readonly NewState[]): Rollout {
  const stacks = { ...rollout.stacks };
  for (const [id, state] of states) {
    const member = stacks[id];
    if (member) stacks[id] = { ...member, state };
  }
  return { ...rollout, stacks };
}

/** Skips what can no longer start, and finds the phase. */
function settle(rollout: Rollout, at: string): Rollout {
  const stacks = { ...rollout.stacks };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, member] of Object.entries(stacks)) {
      const broken = member.after.find((one) => isLost(stacks[one]?.state));
      if (member.state.name !== 'waiting' || broken === undefined) continue;
      stacks[id] = { ...member, state: { name: 'skipped', because: broken } };
      changed = true;
    }
  }
  const states = Object.values(stacks).map(({ state }) => state.name);
  return { ...rollout, stacks, phase: phaseOf(states), updatedAt: at };
}

function isLost(state: RolloutStackState | undefined): boolean {
  return state?.name === 'failed' || state?.name === 'cancelled' || state?.name === 'skipped';
}

function phaseOf(states: readonly RolloutStackState['name'][]): Rollout['phase'] {
  if (states.includes('running')) return 'running';
  const succeeded = states.filter((name) => name === 'succeeded').length;
  if (states.includes('waiting')) return succeeded > 0 ? 'running' : 'waiting';
  if (succeeded === states.length) return 'succeeded';
  if (succeeded > 0) return 'partly';
  return states.includes('failed') ? 'failed' : 'cancelled';
}
