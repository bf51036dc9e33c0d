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
}

/** What Git says of each stack, without touching what others know of it. */
export function describeStacks({
  repository,
  revision,
  records,
  stacks,
}: Describing): readonly Write[] {
  return stacks.map(({ name, path, target, provider, formerly }): Write => {
    const known = records.get(name);
    const described = { path, target, provider, standing: 'active', revision } as const;
    if (known) {
      const change = isGone(known) ? { ...described, applied: undefined } : described;
      return { kind: 'stack-changed', id: known.id, change };
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
    return { kind: 'stack', record };
  });
}

/** What was applied before a stack was removed says nothing about one that comes back. */
export function isGone({ standing }: StackRecord): boolean {
  return standing === 'removed';
}
