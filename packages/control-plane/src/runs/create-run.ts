import {
  type Purpose,
  parseStackId,
  type Revision,
  type Run,
  type Store,
  type Write,
} from '@trueup/engine';

export interface NewRun {
  readonly id: string;
  readonly repository: string;
  readonly stack: string;
  readonly revision: Revision;
  readonly purpose: Purpose;
  readonly requestedBy: string;
  readonly rollout?: string;
  /** See `Run.base`; that of a run before it that did not succeed goes first. */
  readonly base?: Revision;
  readonly at: string;
}

/** The run, and what has to be written with it: older runs of the stack are asked to give way. */
export async function createRun(
  { at, ...rest }: NewRun,
  store: Store,
): Promise<{ readonly run: Run; readonly writes: readonly Write[] }> {
  const base = (await findBase(rest.stack, store)) ?? rest.base;
  const run: Run = {
    ...rest,
    ...(base !== undefined && { base }),
    createdAt: at,
    updatedAt: at,
    phase: { name: 'queued' },
    accepted: [],
    counts: { done: 0, failed: 0, total: 0 },
    replans: 0,
    retries: 0,
  };
  const older = await store.runs({ stack: run.stack, ended: false }, { limit: 100 });
  const request = { kind: 'supersede', by: run.id } as const;
  const { repository } = parseStackId(run.stack);
  const body = { run: run.id, revision: run.revision, purpose: run.purpose };
  const event = { at, type: 'run:queued', repository, stack: run.stack, body };
  return {
    run,
    writes: [
      ...older.items.map(({ id }): Write => ({ kind: 'request', run: id, request })),
      { kind: 'run', run },
      { kind: 'event', event },
    ],
  };
}

/** What did not succeed has not been under the eyes of those who had to look: they still have to. */
async function findBase(stack: string, store: Store): Promise<Revision | undefined> {
  const { items } = await store.runs({ stack }, { limit: 20 });
  const last = items.find(({ purpose }) => purpose !== 'heal');
  return last?.phase.name === 'succeeded' ? undefined : last?.base;
}
