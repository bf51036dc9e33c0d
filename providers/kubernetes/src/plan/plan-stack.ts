/** Plans all of a stack: what is desired, and the removal of what the stack owns beyond that. */
import { setTimeout as delay } from 'node:timers/promises';

import type { JsonObject } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type ObservedResource,
  type Plan,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { matchesApplied } from '../fields/matches-applied.ts';
import { planExecute } from '../hooks/plan-execute.ts';
import { definitionId, namespaceId } from '../prepare/link-resources.ts';
import { planCreate } from './plan-create.ts';
import { planExisting } from './plan-existing.ts';
import { planRemoval } from './plan-removal.ts';
import type { Planned, PlanScene } from './plan-scene.ts';

export interface StackScene extends Omit<PlanScene, 'stack' | 'foreign' | 'comingState'> {
  readonly identify: () => Promise<string>;
}

export async function planStack(request: PlanRequest, ports: StackScene): Promise<Plan> {
  const { prepared, stack, foreign } = request;
  const observed = new Map(request.observed.map((one) => [one.id, one]));
  const scene: PlanScene = { ...ports, stack, foreign, comingState: findComing(request, ports) };
  // Together, since nothing waits for the other: a target that is gone fails once.
  const [targetIdentity, ...planned] = await Promise.all([
    ports.identify(),
    ...prepared.resources.map((desired) => planOne(desired, observed.get(desired.id), scene)),
  ]);
  const removals = await planRemovals(request, observed, scene);
  return {
    targetIdentity,
    changes: [...planned.flatMap(({ changes }) => changes), ...removals],
    coverage: { gaps: planned.flatMap(({ gaps }) => gaps) },
    foreign: planned.flatMap((one) => one.foreign),
    diagnostics: planned.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** P3: what could not be read completely says nothing about what is superfluous. */
async function planRemovals(
  { prepared: { diagnostics, resources }, inventory, stack }: PlanRequest,
  observed: ReadonlyMap<ResourceId, ObservedResource>,
  scene: PlanScene,
): Promise<readonly Change[]> {
  if (diagnostics.some(({ severity }) => severity === 'error')) return [];
  const kept = new Set(resources.map(({ id }) => id));
  const owned = new Set(inventory);
  const changes = [...owned].map(async (id) => {
    const one = kept.has(id) ? undefined : observed.get(id);
    if (!one) return undefined;
    const needs = await needsOf(one, scene);
    const dependsOn = needs.filter((need) => owned.has(need));
    return planRemoval(one, { stack, seal: scene.seal, dependsOn });
  });
  return (await Promise.all(changes)).filter((change) => change !== undefined);
}

async function planOne(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  scene: PlanScene,
): Promise<Planned> {
  scene.signal.throwIfAborted();
  if (desired.executes) return planExecute(desired, observed, scene.seal);
  if (observed) return planFresh(desired, observed, scene);
  const planned = await planCreate(desired, scene);
  if (planned !== 'exists') return planned;
  const found = await lookAgain(desired, scene);
  // Gone again while we looked: the next plan sees where it settles.
  return found ? planFresh(desired, found, scene) : planOne(desired, undefined, scene);
}

/** How often an object may move under a plan before that is the cluster's problem. */
const looks = 10;

/** An object that moved since it was observed is planned from its new state. */
async function planFresh(
  desired: DesiredResource,
  observed: ObservedResource,
  scene: PlanScene,
): Promise<Planned> {
  let one: ObservedResource | undefined = observed;
  for (let attempt = 1; one; attempt += 1) {
    const planned: Planned | 'moved' = await planExisting(desired, one, scene, attempt < looks);
    if (planned !== 'moved') return planned;
    await delay(10 * attempt, undefined, { signal: scene.signal });
    one = await lookAgain(desired, scene);
  }
  return planOne(desired, undefined, scene);
}

async function lookAgain(
  { id, body }: DesiredResource,
  { client, placeOf, toObserved, signal }: PlanScene,
): Promise<ObservedResource | undefined> {
  const place = await placeOf(id, body);
  const found: JsonObject | undefined = place && (await client.get(place, signal));
  return found && toObserved(id, found);
}

function findComing(
  { prepared, observed }: PlanRequest,
  { fieldManager }: StackScene,
): PlanScene['comingState'] {
  const found = new Map(observed.map((one) => [one.id, one.body]));
  const kinds = [namespaceId('x'), definitionId('x')].map((id) => parseResourceId(id).kind);
  const states = prepared.resources
    .filter(({ id }) => kinds.includes(parseResourceId(id).kind))
    .map(({ id, body }) => {
      const there = found.get(id);
      if (!there) return [id, 'coming'] as const;
      return [id, matchesApplied(body, there, fieldManager) ? undefined : 'changing'] as const;
    });
  const byId = new Map(states);
  return (id) => byId.get(id);
}

async function needsOf(
  { id, body }: ObservedResource,
  { placeOf }: PlanScene,
): Promise<readonly ResourceId[]> {
  const { scope } = parseResourceId(id);
  const place = await placeOf(id, body);
  const { group = '', plural = '' } = place?.kind ?? {};
  return [
    ...(scope === '' ? [] : [namespaceId(scope)]),
    ...(group.includes('.') ? [definitionId(`${plural}.${group}`)] : []),
  ];
}
