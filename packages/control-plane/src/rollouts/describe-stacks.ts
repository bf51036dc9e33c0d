import type {
  RepositoryRecord,
  Revision,
  StackDefinition,
  StackRecord,
  Write,
} from '@trueup/engine';

export interface Describing {
  readonly repository: RepositoryRecord;
  readonly revision: Revision;
  readonly records: ReadonlyMap<string, StackRecord>;
  readonly stacks: readonly StackDefinition[];
  /** Names of those that the revision is brought to. */
  readonly work: ReadonlySet<string>;
}

/**
 * What Git says of each stack, without touching what others know of it. A commit concerns few of many
 * stacks: for all others nothing is written.
 */
export function describeStacks({
  repository,
  revision,
  records,
  stacks,
  work,
}: Describing): readonly Write[] {
  return stacks.flatMap(({ name, path, target, provider, formerly }): readonly Write[] => {
    const known = records.get(name);
    const described = { path, target, provider, standing: 'active', revision } as const;
    if (known && !work.has(name) && isSame(known, described)) return [];
    if (known) {
      const change = isGone(known) ? { ...described, applied: undefined } : described;
      return [{ kind: 'stack-changed', id: known.id, change }];
    }
    const paused = formerly === undefined ? undefined : records.get(formerly)?.paused;
    const record: StackRecord = {
      id: `${repository.name}/${name}`,
      repository: repository.id,
      name,
      ...described,
      ...(paused && { paused }),
      diagnostics: [],
      health: 'unknown',
      resourceCount: 0,
    };
    return [{ kind: 'stack', record }];
  });
}

function isSame(
  known: StackRecord,
  described: Pick<StackRecord, 'path' | 'target' | 'provider' | 'standing'>,
): boolean {
  const { path, target, provider, standing } = described;
  return [
    known.path === path,
    known.target === target,
    known.provider === provider,
    known.standing === standing,
  ].every(Boolean);
}

/** What was applied before a stack was removed says nothing about one that comes back. */
export function isGone({ standing }: StackRecord): boolean {
  return standing === 'removed';
}
