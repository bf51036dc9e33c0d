import { isJsonList, type Json, readText } from '@trueup/diagnostics';
import type {
  Change,
  DesiredResource,
  FieldChange,
  Hazard,
  ObservedResource,
  ResourceId,
} from '@trueup/provider-sdk';

import { ownerLabel, whoseIs } from '../marks/marks.ts';
import { metaOf } from '../marks/resource-body.ts';
import { containersOf, type ObservedContainer } from '../observe/observed-body.ts';
import {
  compareSpec,
  compareState,
  type SpecDifference,
  type StateDifference,
} from './compare-container.ts';
import { digestDesired } from './describe-root.ts';
import { type Planned, type PlanScene, planned, refuseOthers, stepOf } from './plan-scene.ts';
import { containerName } from './service-names.ts';

export function planService(
  desired: DesiredResource,
  observed: ObservedResource | undefined,
  scene: PlanScene,
): Planned {
  const { id, body } = desired;
  const containers = observed ? containersOf(observed.body) : [];
  if (!observed || containers.length === 0) return planCreate(desired, scene);

  const owners = containers.map(({ labels }) => whoseIs(labels[ownerLabel], scene.stack));
  if (owners.includes('other')) return refuseOthers(desired);
  const found = findDifferences(desired, containers, scene);
  const fields = toFields(id, found, scene);
  const isTakeOver = owners.includes('nobody');
  const step = { ...stepOf(desired), version: observed.version };
  if (fields.length === 0) return planned({ ...step, action: 'none', fields });
  const recreates = found.some((one) => one.recreates);
  const hazards: readonly Hazard[] = recreates
    ? ['recreates', ...(metaOf(body).order === 'stop-first' ? (['interrupts'] as const) : [])]
    : [];
  return planned({ ...step, action: isTakeOver ? 'take-over' : 'update', fields, hazards });
}

function planCreate(desired: DesiredResource, scene: PlanScene): Planned {
  const { digest, sensitive } = digestDesired(desired.id, desired.body, scene);
  const none = metaOf(desired.body).replicas === 0;
  const change: Change = {
    ...stepOf(desired),
    action: none ? 'none' : 'create',
    fields: none ? [] : [{ path: [], after: digest, sensitive }],
  };
  const gap = gapOfBinds(desired);
  return { changes: [change], gaps: gap ? [gap] : [], diagnostics: [] };
}

/** Podman makes a missing source of a mount by itself, Docker refuses it: neither tells before. */
function gapOfBinds({ id, body }: DesiredResource): Planned['gaps'][number] | undefined {
  const { volumes } = body;
  const sources = (isJsonList(volumes) ? volumes : []).flatMap((one) =>
    readText(one, 'type') === 'bind' ? [readText(one, 'source') ?? ''] : [],
  );
  if (sources.length === 0) return undefined;
  const message = `${id}: whether the host has ${sources.join(', ')} is known when it starts`;
  return { subject: id, extent: 'partial', message };
}

interface Difference {
  readonly path: FieldChange['path'];
  readonly before?: Json;
  readonly after?: Json;
  readonly unknown?: true;
  readonly sensitive: boolean;
  readonly recreates: boolean;
}

function findDifferences(
  { id, body }: DesiredResource,
  containers: readonly ObservedContainer[],
  scene: PlanScene,
): readonly Difference[] {
  const { replicas } = metaOf(body);
  const spec = new Map<string, Difference>();
  const single: Difference[] = [];
  const seen = new Set<number>();
  for (const container of chooseReplicas(body, containers)) {
    const { number } = container;
    if (number > replicas || seen.has(number)) {
      single.push(surplus(container));
      continue;
    }
    seen.add(number);
    for (const one of compareSpec(body, container)) addSpec(spec, one);
    const name = containerName(body, number);
    const expected = { name, owner: scene.stack.owner, parent: parentOf(body, scene) };
    single.push(...compareState(body, container, expected).map((one) => toDifference(number, one)));
  }
  const counted: readonly Difference[] =
    seen.size === replicas
      ? []
      : [
          {
            path: ['replicas'],
            before: seen.size,
            after: replicas,
            sensitive: false,
            recreates: false,
          },
        ];
  return [...spec.values(), ...parentChange(id, body, scene), ...counted, ...single];
}

/** Of two with one number the one that is right comes first, so that the other is surplus. */
function chooseReplicas(
  body: DesiredResource['body'],
  containers: readonly ObservedContainer[],
): readonly ObservedContainer[] {
  const rank = (one: ObservedContainer): number =>
    (compareSpec(body, one).length === 0 ? 0 : 2) +
    (one.name === containerName(body, one.number) ? 0 : 1);
  return containers.toSorted((a, b) => a.number - b.number || rank(a) - rank(b));
}

function addSpec(found: Map<string, Difference>, difference: SpecDifference): void {
  const key = JSON.stringify(difference.path);
  if (!found.has(key)) found.set(key, { ...difference, recreates: true });
}

function surplus({ name, id }: ObservedContainer): Difference {
  const path = ['containers', { name }];
  return { path, before: id.slice(0, 12), sensitive: false, recreates: false };
}

function toDifference(
  number: number,
  { field, before, after, recreates }: StateDifference,
): Difference {
  return { path: ['containers', { number }, field], before, after, sensitive: false, recreates };
}

/** The container whose network it lives in, as far as that one stays. */
function parentOf(body: DesiredResource['body'], { observed }: PlanScene): string | undefined {
  const [first] = metaOf(body).parents;
  const parent = [...observed].find(([id]) => id === first)?.[1];
  const mode = body['network_mode'];
  const shares = typeof mode === 'string' && mode.startsWith('service:');
  return parent && shares ? containersOf(parent.body)[0]?.id : undefined;
}

/** Who shares the network of a container that is made anew has to be made anew as well. */
function parentChange(
  id: ResourceId,
  body: DesiredResource['body'],
  scene: PlanScene,
): readonly Difference[] {
  return metaOf(body).parents.flatMap((name): readonly Difference[] => {
    const parent = [...scene.desired.values()].find((one) => one.id === name);
    const observed = parent && scene.observed.get(parent.id);
    if (!parent || !observed || parent.id === id) return [];
    const containers = containersOf(observed.body);
    const isRemade = findDifferences(parent, containers, scene).some((one) => one.recreates);
    if (!isRemade) return [];
    const before = containers[0]?.id.slice(0, 12) ?? '';
    return [{ path: ['parents', name], before, unknown: true, sensitive: false, recreates: true }];
  });
}

function toFields(
  id: ResourceId,
  differences: readonly Difference[],
  { seal }: PlanScene,
): readonly FieldChange[] {
  return differences.map(({ recreates: _recreates, path, before, after, sensitive, unknown }) => {
    const show = (value: Json): Json => (sensitive ? seal(value, id, path) : value);
    return {
      path,
      ...(before !== undefined && { before: show(before) }),
      ...(after !== undefined && { after: show(after) }),
      ...(unknown && { unknown }),
      sensitive,
    };
  });
}
