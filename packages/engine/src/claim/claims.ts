import type { Diagnostic } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { Run } from '../run/run.ts';
import type { StackId } from '../stack/stack-record.ts';

/** What other stacks have to do with the resources of a plan. */
export interface Claims {
  /** Resources that were ours and are another stack's now. */
  readonly lost: ReadonlyMap<ResourceId, StackId>;
  /** Resources that are ours, and that another stack is about to take. */
  readonly leaving: ReadonlyMap<ResourceId, StackId>;
  /** Resources that another stack owns and no longer asks for: they become ours. */
  readonly taken: ReadonlyMap<ResourceId, StackId>;
  /** Marks by which the target knows those stacks. */
  readonly marks: readonly string[];
  /** One for each resource that two stacks ask for. */
  readonly diagnostics: readonly Diagnostic[];
}

export const noClaims: Claims = {
  lost: new Map(),
  leaving: new Map(),
  taken: new Map(),
  marks: [],
  diagnostics: [],
};

/** Why none of these is ours to delete, by resource. */
export function explainElsewhere({ lost, leaving }: Claims): ReadonlyMap<ResourceId, string> {
  return new Map([
    ...[...lost].map(([id, owner]) => [id, `It belongs to ${owner} now.`] as const),
    ...[...leaving].map(([id, stack]) => [id, `It goes to ${stack}, which takes it.`] as const),
  ]);
}

/** What a stack that owns resources says about them, by what Git says now. */
export interface LettingGo {
  /** Those that it no longer asks for. None where that cannot be told. */
  readonly ids: ReadonlySet<ResourceId>;
  /** Marks that its resources bear. */
  readonly marks: readonly string[];
}

/** What a run asks about the stacks that share its store. */
export interface OtherStacks {
  /** It does not reject for a stack that cannot be read: that lets nothing go. */
  letsGo(owner: StackId, ids: readonly ResourceId[], signal: AbortSignal): Promise<LettingGo>;
  /**
   * Which of these another stack asks for that the run's revision touches as well, and which one. A
   * stack that cannot be read asks for nothing.
   */
  claimants(
    run: Run,
    ids: readonly ResourceId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ResourceId, StackId>>;
}
