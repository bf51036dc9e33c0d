/**
 * A provider for things in a {@link ThingCloud}: single changes, versions, marks, a watch.
 *
 * It keeps the whole contract in memory, so the engine is built and crash-tested on it. What a stack
 * wants lies in JSON files below its folder, see {@link ThingFile}.
 */
import { isJsonObject, type Origin } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Files } from '../files.ts';
import type { Health } from '../health.ts';
import type { LocateRequest, ObserveRequest, Provider } from '../provider.ts';
import type { ObservedResource, ResourceId } from '../resource.ts';
import type { Output, Target } from '../target.ts';
import { checkTexts } from './fixture-input.ts';
import { applyThings } from './thing-apply.ts';
import type { Thing, ThingCloud } from './thing-cloud.ts';
import { planThings } from './thing-plan.ts';
import { prepareThings } from './thing-prepare.ts';

export interface ThingProviderOptions {
  /** The provider's word in `trueup.yaml`. `things` if absent. */
  readonly name?: string;
}

/** Settings: `{ region? }` of a target, `{ scope? }` of a stack (that of things without one). */
export function createThingProvider(
  cloud: ThingCloud,
  { name = 'things' }: ThingProviderOptions = {},
): Provider {
  /** Versions that this process has seen: what a new watch need not repeat. */
  const seen = new Map<ResourceId, string | undefined>();
  return {
    name,
    applies: 'changes',
    rollback: {
      restores: 'Things get the fields that the older files give them; what is new goes.',
      limits: [
        {
          says: 'A thing that was deleted or replaced is made anew, without what it held.',
          concerns: { hazards: ['destroys-data'] },
        },
        { says: 'What ran is not undone.', concerns: { actions: ['execute'] } },
      ],
    },
    checkTarget: (settings) => checkTexts(settings, ['region']),
    checkStack: (settings) => checkTexts(settings, ['scope']),
    prepare: prepareThings,
    locate: locateFields,
    discover: (_target, { owner, formerOwners }, { signal }) =>
      cloud.list([owner, ...formerOwners], signal),
    observe: async (_target, request, { signal }) => {
      const ids = await idsOf(request, cloud, signal);
      const things = await cloud.read(ids, signal);
      for (const id of ids) seen.set(id, things.get(id)?.version);
      const observedAt = cloud.now();
      return [...things].map(([id, thing]) => toObserved(id, thing, observedAt));
    },
    plan: async (target, request, { seal, signal }) => {
      const needed = request.prepared.resources.flatMap(
        ({ body }) => (body['needs'] ?? []) as ResourceId,
      );
      const things =
        needed.length > 0 ? await cloud.read(needed, signal) : new Map<ResourceId, Thing>();
      signal.throwIfAborted();
      const serials = new Map([...things].map(([id, { serial }]) => [id, serial]));
      return planThings(request, { target: target.name, identity: cloud.identity, seal, serials });
    },
    apply: (target: Target, { stack, changes, prepared }, { seal, signal }: CallContext) => {
      const desired = new Map(prepared.resources.map((one) => [one.id, one]));
      const { owner } = stack;
      return applyThings(changes, { cloud, owner, desired, target: target.name, seal, signal });
    },
    acquireLease: (_target, { stack, holder }, { signal }) =>
      cloud.acquireLease(stack.name, holder, signal),
    assess: assessThing,
    watch: (_target, inventory, { signal }) => watchThings(cloud, inventory, { seen, signal }),
    outputs: outputsOf,
  };
}

async function idsOf(
  request: ObserveRequest,
  cloud: ThingCloud,
  signal: AbortSignal,
): Promise<readonly ResourceId[]> {
  if ('ids' in request) return request.ids;
  const { owner, formerOwners } = request.stack;
  return [...request.inventory, ...(await cloud.list([owner, ...formerOwners], signal))];
}

function toObserved(id: ResourceId, thing: Thing, observedAt: string): ObservedResource {
  const { version, sensitive, writers, ...body } = thing;
  const shown = Object.fromEntries(
    Object.entries(writers).map(([field, by]) => [field, { ...by }]),
  );
  return { id, body: { ...body, sensitive: [...sensitive], writers: shown }, version, observedAt };
}

function assessThing(observed: ObservedResource | undefined): Health {
  if (!observed) return { status: 'not-found', reason: 'NotFound', message: 'It does not exist.' };
  switch (observed.body['state']) {
    case 'current':
      return { status: 'current', reason: 'Ready', message: 'It is ready.' };
    case 'in-progress':
      return { status: 'in-progress', reason: 'Settling', message: 'It is not ready yet.' };
    case 'failed':
      return { status: 'failed', reason: 'Broken', message: 'It failed.' };
    case 'terminating':
      return { status: 'terminating', reason: 'Going', message: 'It is being deleted.' };
    default:
      return { status: 'unknown', reason: 'Unknown', message: 'Its state says nothing.' };
  }
}

interface WatchContext {
  readonly seen: ReadonlyMap<ResourceId, string | undefined>;
  readonly signal: AbortSignal;
}

/** Begins with what moved since it was last observed: a hint may be doubled, never missed. */
async function* watchThings(
  cloud: ThingCloud,
  inventory: readonly ResourceId[],
  { seen, signal }: WatchContext,
): AsyncGenerator<ResourceId, void, undefined> {
  signal.throwIfAborted();
  const ids = new Set(inventory);
  const moved = inventory.filter((id) => !seen.has(id) || cloud.get(id)?.version !== seen.get(id));
  for await (const id of cloud.watch(moved, signal)) if (ids.has(id)) yield id;
}

/** The members of every `spec.outputs`; those whose name begins with `secret` are sensitive. */
function outputsOf(observed: readonly ObservedResource[]): Readonly<Record<string, Output>> {
  const entries = observed.flatMap(({ body }) => {
    const spec = body['spec'];
    const outputs = isJsonObject(spec) ? spec['outputs'] : undefined;
    return isJsonObject(outputs) ? Object.entries(outputs) : [];
  });
  return Object.fromEntries(
    entries.map(([name, value]) => [name, { value, sensitive: name.startsWith('secret') }]),
  );
}

/** The first line that names the last member of the path. */
async function locateFields(
  files: Files,
  request: LocateRequest,
  call: CallContext,
): Promise<readonly (Origin | undefined)[]> {
  const { resources } = await prepareThings(files, request, call);
  const places = request.fields.map(async ({ id, path }) => {
    const origin = resources.find((one) => one.id === id)?.origin;
    const member = path.at(-1);
    if (!origin || typeof member !== 'string') return origin;
    const text = new TextDecoder().decode(await files.read(origin.file));
    const line = text.split('\n').findIndex((one) => one.includes(`${JSON.stringify(member)}:`));
    return line < 0 ? undefined : { file: origin.file, line: line + 1 };
  });
  return Promise.all(places);
}
