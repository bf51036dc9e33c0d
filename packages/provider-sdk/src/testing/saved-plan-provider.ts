/**
 * A provider that plans into a file and applies that as a whole, in a {@link SavedPlanCloud}: with a
 * state for marks, outputs, moves, replacements and values that are known only afterwards.
 */
import { isJsonObject, type JsonObject } from '@trueup/diagnostics';

import type { ObserveRequest, Provider } from '../provider.ts';
import type { ObservedResource, ResourceId } from '../resource.ts';
import type { Output } from '../target.ts';
import { checkTexts } from './fixture-input.ts';
import { applySaved } from './saved-plan-apply.ts';
import type { PlanState, SavedPlanCloud } from './saved-plan-cloud.ts';
import { isSensitiveAttribute, prepareSaved } from './saved-plan-prepare.ts';
import { planSteps, versionOf } from './saved-plan-steps.ts';

/** Settings: `{ region? }` of a target, none of a stack. */
export function createSavedPlanProvider(
  cloud: SavedPlanCloud,
  { name = 'saved-plan' }: { readonly name?: string } = {},
): Provider {
  return {
    name,
    applies: 'whole',
    rollback: {
      restores: 'Resources get the attributes that the older files give them; what is new goes.',
      limits: [
        {
          says: 'What was deleted or replaced is made anew, without its data.',
          concerns: { hazards: ['destroys-data'] },
        },
      ],
    },
    checkTarget: (settings) => checkTexts(settings, ['region']),
    checkStack: (settings) => checkTexts(settings, []),
    prepare: prepareSaved,
    async discover(_target, { owner, formerOwners }, { signal }) {
      await cloud.link.admit(signal);
      return [...cloud.stateOf([owner, ...formerOwners]).resources.keys()].sort();
    },
    async observe(_target, request, { signal }) {
      await cloud.link.admit(signal);
      return observeSaved(cloud, request);
    },
    async plan(target, request, { seal, signal }) {
      await cloud.link.admit(signal);
      return planSteps(request, { cloud, target: target.name, seal });
    },
    apply: (_target, request, { signal }) => applySaved(request, cloud, signal),
    assess: (observed) =>
      observed
        ? { status: 'current', reason: 'Exists', message: 'It exists.' }
        : { status: 'not-found', reason: 'NotFound', message: 'It does not exist.' },
    outputs: outputsOf,
  };
}

function observeSaved(cloud: SavedPlanCloud, request: ObserveRequest): readonly ObservedResource[] {
  const states =
    'ids' in request
      ? cloud.states()
      : [cloud.stateOf([request.stack.owner, ...request.stack.formerOwners])];
  const wanted = 'ids' in request ? new Set(request.ids) : undefined;
  return states.flatMap((state) =>
    [...state.resources.keys()]
      .filter((id) => wanted?.has(id) ?? true)
      .flatMap((id) => toObserved(id, state, cloud) ?? []),
  );
}

function toObserved(
  id: ResourceId,
  state: PlanState,
  cloud: SavedPlanCloud,
): ObservedResource | undefined {
  const real = cloud.real(id);
  const remembered = state.resources.get(id);
  if (!(real && remembered)) return undefined;
  const { sensitive, outputs } = remembered;
  const body = { attributes: real.attributes, sensitive: [...sensitive], outputs: { ...outputs } };
  return { id, body, version: versionOf(state, real), observedAt: new Date().toISOString() };
}

function outputsOf(observed: readonly ObservedResource[]): Readonly<Record<string, Output>> {
  return Object.fromEntries(observed.flatMap(({ body }) => outputsIn(body)));
}

function outputsIn({ attributes, outputs, sensitive }: JsonObject): readonly [string, Output][] {
  if (!(isJsonObject(attributes) && isJsonObject(outputs))) return [];
  const marked = Array.isArray(sensitive) ? sensitive : [];
  return Object.entries(outputs).flatMap(([name, attribute]) => {
    if (typeof attribute !== 'string' || !Object.hasOwn(attributes, attribute)) return [];
    const value = attributes[attribute] ?? null;
    return [[name, { value, sensitive: isSensitiveAttribute(attribute, marked) }]];
  });
}
