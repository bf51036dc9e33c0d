/** Answers "why is this field so?" from both sides: the line of Git, and the observed writer. */
import {
  type FieldPath,
  formatFieldPath,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import type { OpenStack, StackRecord } from '@trueup/engine';
import type {
  CallContext,
  Change,
  FieldChange,
  ObservedResource,
  ResourceId,
} from '@trueup/provider-sdk';
import { notFound } from '../access/session-error.ts';
import type { Desk } from './desk.ts';
import type { FieldExplanation } from './session.ts';

export interface Explaining {
  readonly desk: Desk;
  readonly record: StackRecord;
  readonly open: OpenStack;
  readonly id: ResourceId;
  /** Absent for every field that differs. */
  readonly path: FieldPath | undefined;
}

export async function explainFields(
  explaining: Explaining,
  signal: AbortSignal,
): Promise<readonly FieldExplanation[]> {
  const { open, id, path } = explaining;
  const call = { signal, seal: open.seal };
  const desired = open.prepared.resources.find((one) => one.id === id);
  const look = { ids: [id], prepared: open.prepared };
  const [observed] = await open.provider.observe(open.target, look, call);
  if (!desired && !observed) throw notFound(id);

  const plan = await open.provider.plan(
    open.target,
    {
      stack: open.stack,
      prepared: { ...open.prepared, resources: desired ? [desired] : [] },
      observed: observed ? [observed] : [],
      inventory: [],
      foreign: 'report',
    },
    call,
  );
  const differing = plan.changes.flatMap(({ fields }: Change) => fields);
  const body = desired && !(await mayHoldSecrets(observed, explaining, call)) && desired.body;
  const asked = path ? [path] : differing.map((field) => field.path);
  const context = { ...explaining, differing, signal, ...(body && { body }) };
  return Promise.all(asked.map(async (one) => explainOne(one, context)));
}

/**
 * Whether values of the resource may not be shown as they are (P5). Only a provider knows, and says
 * so where it plans to delete the whole of it.
 */
async function mayHoldSecrets(
  observed: ObservedResource | undefined,
  { open, id }: Explaining,
  call: CallContext,
): Promise<boolean> {
  if (!observed) return true;
  const { stack, prepared } = open;
  const nothing = { ...prepared, resources: [] };
  const request = { stack, prepared: nothing, observed: [observed], inventory: [id] };
  const plan = await open.provider.plan(open.target, { ...request, foreign: 'ignore' }, call);
  const removal = plan.changes.find((change) => change.id === id);
  return removal?.fields.find(({ path }) => path.length === 0)?.sensitive ?? true;
}

interface ExplainingOne extends Explaining {
  readonly differing: readonly FieldChange[];
  readonly signal: AbortSignal;
  /** What is desired, where all of it may be shown. */
  readonly body?: JsonObject;
}

async function explainOne(path: FieldPath, context: ExplainingOne): Promise<FieldExplanation> {
  const { id, record, differing, body } = context;
  const difference = differing.find((one) => formatFieldPath(one.path) === formatFieldPath(path));
  const value = body && valueAt(body, path);
  const origin = await originOf(path, context);
  const sensitive = difference?.sensitive ?? body === undefined;
  const shown = difference ? difference.after : value;
  const seen = difference ? difference.before : value;
  return {
    id,
    path,
    sensitive,
    ...(shown !== undefined && { desired: shown }),
    ...(seen !== undefined && { observed: seen }),
    ...(origin && { origin }),
    ...(difference?.writer && { writer: difference.writer }),
    ...(record.applied && {
      appliedBy: {
        run: record.applied.run,
        revision: record.applied.revision,
        at: record.applied.at,
      },
    }),
  };
}

async function originOf(
  path: FieldPath,
  { desk, open, record, id, signal }: ExplainingOne,
): Promise<FieldExplanation['origin']> {
  const revision = record.applied?.revision;
  if (revision === undefined || !open.provider.locate) return undefined;
  const git = desk.ports.following.git(desk.repositoryOf(record.id).name);
  const files = await git.open(revision, signal);
  const { stack, target, seal } = open;
  const request = { stack, target, inputs: {}, fields: [{ id, path }] };
  const [origin] = await open.provider.locate(files, request, { signal, seal });
  if (!origin) return undefined;
  const { file, line } = origin;
  const commit = await git.blame({ revision, file, line }, signal);
  return {
    ...origin,
    revision: commit?.revision ?? revision,
    ...(commit && {
      author: commit.author,
      committedAt: commit.committedAt,
      summary: commit.summary,
    }),
  };
}

/** By members and list keys; `undefined` where the body has nothing there. */
function valueAt(body: Json, path: FieldPath): Json | undefined {
  let value: Json | undefined = body;
  for (const step of path) {
    if (typeof step === 'string') {
      value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    } else {
      const items: readonly Json[] = Array.isArray(value) ? value : [];
      value = items.find(
        (item) =>
          isJsonObject(item) && Object.entries(step).every(([name, key]) => item[name] === key),
      );
    }
  }
  return value;
}
