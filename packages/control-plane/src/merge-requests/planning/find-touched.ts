/**
 * Finds the stacks that a merge request touches: those that read something which differs between the
 * followed branch and what the merge would give. Nothing else is planned (P7).
 */
import {
  digestSettings,
  type StackDefinition,
  type StackRecord,
  standingOf,
  type TargetDefinition,
} from '@trueup/engine';
import type { RevisionConfiguration } from '../../configuration/read-configuration.ts';
import type { GitRepository } from '../../repository/git-repository.ts';

export interface TouchedRequest {
  readonly base: RevisionConfiguration;
  readonly merged: RevisionConfiguration;
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly git: GitRepository;
  readonly signal: AbortSignal;
}

/** Names without the repository, sorted. */
export interface TouchedStacks {
  /** Would be rendered into something else, are new, or are said to be removed. */
  readonly plannable: readonly string[];
  /** Are no longer written, and what becomes of them is not said. */
  readonly orphaned: readonly string[];
}

export async function findTouched(request: TouchedRequest): Promise<TouchedStacks> {
  const { base, merged } = request;
  const differ = await comparePaths(request);
  const before = new Map(base.expanded.stacks.map((stack) => [stack.name, stack]));
  const targets = new Map(base.configuration.targets.map((target) => [target.name, target]));
  const changed = merged.expanded.stacks.filter((stack) => {
    const known = before.get(stack.name);
    return !known || isSetOtherwise(known, stack, targets) || differ(stack);
  });
  const now = new Set(merged.expanded.stacks.map(({ name }) => name));
  const left = [...before.keys()].filter((name) => !now.has(name));
  const said = (name: string) => standingOf(name, merged.expanded);
  const removed = left.filter((name) => {
    const standing = said(name);
    return standing.name === 'removed' && standing.resources === 'delete';
  });
  return {
    plannable: [...changed.map(({ name }) => name), ...removed].sort(),
    orphaned: left.filter((name) => said(name).name === 'orphaned').sort(),
  };
}

/** Targets are those of the followed branch on both sides: an unmerged one is never connected to. */
function isSetOtherwise(
  before: StackDefinition,
  after: StackDefinition,
  targets: ReadonlyMap<string, TargetDefinition>,
): boolean {
  const digest = (stack: StackDefinition): string => {
    const target = targets.get(stack.target);
    return target ? digestSettings(stack, target) : `no target ${stack.target}`;
  };
  return digest(before) !== digest(after);
}

/** By what a stack read when it was last rendered, and by its folder. */
async function comparePaths({
  base,
  merged,
  records,
  git,
  signal,
}: TouchedRequest): Promise<(stack: StackDefinition) => boolean> {
  const readBy = ({ name, path }: StackDefinition): readonly string[] => [
    path,
    ...Object.keys(records.get(name)?.applied?.render.paths ?? {}),
  ];
  const paths = [...new Set(merged.expanded.stacks.flatMap(readBy))];
  const before = await git.identify(base.revision, paths, signal);
  const after = await git.identify(merged.revision, paths, signal);
  return (stack) => readBy(stack).some((path) => before.get(path) !== after.get(path));
}
