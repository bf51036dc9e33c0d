import type { ChangeSet, ChangeSetStack, StackId } from '@trueup/engine';

/** These are planned again; those that Git no longer writes are not. */
export function replan(set: ChangeSet, stacks: ReadonlySet<StackId>): ChangeSet {
  return again(set, (id, { name }) => stacks.has(id) && name !== 'orphaned');
}

/** Somebody who may has asked for what was refused. */
export function againRefused(set: ChangeSet): ChangeSet {
  return again(set, (_id, { name }) => name === 'refused');
}

function again(
  set: ChangeSet,
  isMeant: (id: StackId, state: ChangeSetStack) => boolean,
): ChangeSet {
  const isPlannable = set.phase.name === 'planned' || set.phase.name === 'planning';
  const meant = Object.entries(set.stacks).filter(([id, state]) => isMeant(id, state));
  if (!isPlannable || meant.length === 0) return set;
  const waiting = meant.map(([id]) => [id, { name: 'waiting' as const }] as const);
  const stacks = { ...set.stacks, ...Object.fromEntries(waiting) };
  return { ...set, phase: { name: 'planning' }, stacks };
}
