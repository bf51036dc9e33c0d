/** Answers "why is this field so?" from both sides: the line of Git, and the observed writer. */
import { type FieldPath, formatFieldPath, isJsonObject, type Json } from '@trueup/diagnostics';
import type { OpenStack, StackRecord } from '@trueup/engine';
import type { Change, FieldChange, ResourceId } from '@trueup/provider-sdk';

import type { Desk } from './desk.ts';
import type { FieldExplanation } from './session.ts';
import { notFound } from './session-error.ts';

export interface Explaining {
  readonly desk: Desk;
  readonly record: StackRecord;
  readonly open: OpenStack;
  readonly id: ResourceId;
  /** Absent for every field that differs. */
  readonly path: FieldPath | undefined;
}

export async function explainFields(explaining: Explaining): Promise<readonly FieldExplanation[]> {
  const { open, id, path } = explaining;
  const signal = AbortSignal.timeout(60_000);
  const call = { signal, seal: open.seal };
  const desired = open.prepared.resources.find((one) => one.id === id);
  const [observed] = await open.provider.observe(open.target, { ids: [id] }, call);
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
  const asked = path ? [path] : differing.map((field) => field.path);
  return Promise.all(
    asked.map(async (one) => explainOne(one, { ...explaining, differing, signal })),
  );
}

interface ExplainingOne extends Explaining {
  readonly differing: readonly FieldChange[];
  readonly signal: AbortSignal;
}

async function explainOne(path: FieldPath, context: ExplainingOne): Promise<FieldExplanation> {
  const { id, open, record, differing } = context;
  const difference = differing.find((one) => formatFieldPath(one.path) === formatFieldPath(path));
  const desired = open.prepared.resources.find((one) => one.id === id)?.body;
  const value = desired && valueAt(desired, path);
  const origin = await originOf(path, context);
  const sensitive = difference?.sensitive ?? false;
  const shown = sensitive ? difference?.after : (value ?? difference?.after);
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
