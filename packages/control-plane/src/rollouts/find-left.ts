import {
  type ExpandedStacks,
  type StackDefinition,
  type StackRecord,
  standingOf,
} from '@trueup/engine';

import { isGone } from './describe-stacks.ts';

export interface Renamed {
  readonly record: StackRecord;
  /** The name that it has from now on. */
  readonly heir: StackDefinition;
}

/** Stacks of the store that Git no longer describes, by what Git says about them. */
export interface LeftStacks {
  readonly orphaned: readonly StackRecord[];
  readonly renamed: readonly Renamed[];
  /** `removed`, with `resources: delete`. */
  readonly deleted: readonly StackRecord[];
  /** `removed`, with `resources: keep`. */
  readonly kept: readonly StackRecord[];
}

export function findLeft(
  records: ReadonlyMap<string, StackRecord>,
  expanded: ExpandedStacks,
): LeftStacks {
  const known = [...records.values()].filter((record) => !isGone(record));
  const written = known.map((record) => ({ record, says: standingOf(record.name, expanded) }));
  const removed = (resources: 'delete' | 'keep'): readonly StackRecord[] =>
    written.flatMap(({ record, says }) =>
      says.name === 'removed' && says.resources === resources ? [record] : [],
    );
  return {
    orphaned: written.flatMap(({ record, says }) => (says.name === 'orphaned' ? [record] : [])),
    renamed: written.flatMap(({ record, says }) =>
      says.name === 'renamed' ? [{ record, heir: says.heir }] : [],
    ),
    deleted: removed('delete'),
    kept: removed('keep'),
  };
}
