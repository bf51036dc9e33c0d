/**
 * Tells a run what the other stacks have to do with its resources, by rendering those that may.
 *
 * What cannot be rendered now lets nothing go and asks for nothing: the first keeps what somebody has,
 * the second does not hold up what Git took out of a stack (C3 of the engine's `resolveClaims`).
 */
import { OperationError } from '@trueup/diagnostics';
import {
  type LettingGo,
  lastingResources,
  type OpenStack,
  type OtherStacks,
  parseStackId,
  type RepositoryRecord,
  type Run,
  type StackId,
  type StackRecord,
  type Store,
  standingOf,
} from '@trueup/engine';
import type { ResourceId } from '@trueup/provider-sdk';

import type { RevisionConfiguration } from '../configuration/read-configuration.ts';
import type { StackOpener } from '../stacks/stack-opener.ts';

export interface OtherStacksPorts {
  readonly store: Store;
  readonly opener: Pick<StackOpener, 'open' | 'markOf'>;
  readonly repository: (name: string) => RepositoryRecord | undefined;
  readonly configurationAt: (
    repository: RepositoryRecord,
    revision: string,
    signal: AbortSignal,
  ) => Promise<RevisionConfiguration>;
}

export function createOtherStacks(ports: OtherStacksPorts): OtherStacks {
  return {
    async letsGo(owner, ids, signal) {
      const record = await ports.store.stack(owner);
      const marks = [ports.opener.markOf(owner)];
      if (!record || record.standing === 'removed') return { ids: new Set(ids), marks };
      try {
        return await lettingGo(record, ids, { ...ports, signal });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof OperationError) return { ids: nothing, marks };
        throw error;
      }
    },

    async claimants(run, ids, signal) {
      const found = new Map<ResourceId, StackId>();
      let left = ids;
      for (const stack of await besides(run, { ...ports, signal })) {
        if (left.length === 0) break;
        const open = await openAt(stack, run.revision, { ...ports, signal });
        const asked = open ? desiredOf(open) : nothing;
        for (const id of left.filter((one) => asked.has(one))) found.set(id, stack);
        left = left.filter((id) => !asked.has(id));
      }
      return found;
    },
  };
}

const nothing: ReadonlySet<ResourceId> = new Set();

type Context = OtherStacksPorts & { readonly signal: AbortSignal };

/** A stack that is paused is left as it is, whatever Git says meanwhile. */
async function lettingGo(
  record: StackRecord,
  ids: readonly ResourceId[],
  context: Context,
): Promise<LettingGo> {
  const { opener, signal } = context;
  const keeping = { ids: nothing, marks: [opener.markOf(record.id)] };
  const repository = repositoryOf(record.id, context);
  if (!repository?.head || record.paused) return keeping;
  const { expanded } = await context.configurationAt(repository, repository.head, signal);
  const written = standingOf(record.name, expanded);
  if (written.name === 'removed') return { ...keeping, ids: new Set(ids) };
  if (written.name !== 'active') return keeping;

  const open = await openAt(record.id, repository.head, context);
  if (!open) return keeping;
  const asked = desiredOf(open);
  const { owner, formerOwners } = open.stack;
  return {
    ids: new Set(ids.filter((id) => !asked.has(id))),
    marks: [owner, ...formerOwners],
  };
}

/** Stacks of the same rollout that go to the same target. */
async function besides(run: Run, context: Context): Promise<readonly StackId[]> {
  const { store } = context;
  const [newest] = (await store.rollouts({ repository: run.repository }, { limit: 1 })).items;
  const own = await store.stack(run.stack);
  if (newest?.revision !== run.revision || !own) return [];
  const others = Object.keys(newest.stacks).filter((id) => id !== run.stack);
  const records = await Promise.all(others.map((id) => store.stack(id)));
  return records.flatMap((one) =>
    one?.target === own.target && one.standing === 'active' ? [one.id] : [],
  );
}

/** `undefined` when it cannot be rendered, or only with errors. */
async function openAt(
  stack: StackId,
  revision: string,
  context: Context,
): Promise<OpenStack | undefined> {
  const { opener, signal } = context;
  const repository = repositoryOf(stack, context);
  if (!repository) return undefined;
  try {
    const opening = { repository, stack, revision, purpose: 'revision', reuse: true } as const;
    const open = await opener.open(opening, signal);
    const isSound = open.prepared.diagnostics.every(({ severity }) => severity !== 'error');
    return isSound ? open : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

function repositoryOf(
  stack: StackId,
  { repository }: OtherStacksPorts,
): RepositoryRecord | undefined {
  return repository(parseStackId(stack).repository);
}

function desiredOf({ prepared }: OpenStack): ReadonlySet<ResourceId> {
  return new Set(lastingResources(prepared).map(({ id }) => id));
}
