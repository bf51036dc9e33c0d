/** What is to be said of a stack at a glance: one word, the weightiest one. */
import type { StackView } from '@trueup/api';

export type StandingName =
  | 'broken'
  | 'failed'
  | 'held'
  | 'drifted'
  | 'moving'
  | 'paused'
  | 'orphaned'
  | 'new'
  | 'in-place';

/** From the one that asks for somebody most. */
const standings: readonly StandingName[] = [
  'broken',
  'failed',
  'held',
  'drifted',
  'moving',
  'paused',
  'orphaned',
  'new',
  'in-place',
];

export const standingWords: Readonly<Record<StandingName, string>> = {
  broken: 'mistakes in Git',
  failed: 'failed',
  held: 'waiting for you',
  drifted: 'drifted',
  moving: 'in progress',
  paused: 'paused',
  orphaned: 'orphaned',
  new: 'never applied',
  'in-place': 'as in Git',
};

const waiting: readonly string[] = ['held', 'awaiting-approval'];
const ended: readonly string[] = ['succeeded', 'failed', 'superseded', 'cancelled'];

export function standingOf(stack: StackView): StandingName {
  const phase = stack.lastRun?.phase.name;
  if (stack.diagnostics.some(({ severity }) => severity === 'error')) return 'broken';
  if (stack.health === 'failed' || phase === 'failed') return 'failed';
  if (phase !== undefined && waiting.includes(phase)) return 'held';
  if (stack.driftCount > 0) return 'drifted';
  if (phase !== undefined && !ended.includes(phase)) return 'moving';
  if (stack.paused) return 'paused';
  if (stack.standing !== 'active') return 'orphaned';
  return stack.applied ? 'in-place' : 'new';
}

export interface StackFilter {
  /** Words that all have to be found in name, target, path or provider. */
  readonly text: string;
  readonly standing: StandingName | 'all';
}

/** Those of the filter, what asks for somebody first, then by name. */
export function chooseStacks(
  stacks: readonly StackView[],
  { text, standing }: StackFilter,
): readonly StackView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return stacks
    .map((stack) => ({ stack, found: standingOf(stack) }))
    .filter(({ found }) => standing === 'all' || found === standing)
    .filter(({ stack }) => words.every((word) => searchable(stack).includes(word)))
    .toSorted(
      (one, other) =>
        standings.indexOf(one.found) - standings.indexOf(other.found) ||
        one.stack.id.localeCompare(other.stack.id),
    )
    .map(({ stack }) => stack);
}

function searchable({ id, target, path, provider }: StackView): string {
  return `${id} ${target} ${path} ${provider}`.toLowerCase();
}

/** How many there are of each, without those that nothing is. */
export function countStandings(
  stacks: readonly StackView[],
): readonly { readonly standing: StandingName; readonly count: number }[] {
  const counts = Map.groupBy(stacks, standingOf);
  return standings.flatMap((standing) => {
    const count = counts.get(standing)?.length ?? 0;
    return count > 0 ? [{ standing, count }] : [];
  });
}
