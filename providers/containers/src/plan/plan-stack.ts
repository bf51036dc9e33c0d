/** Compares what compose files ask for with what hosts have. Pure but for who the hosts are. */
import type { JsonObject } from '@trueup/diagnostics';
import {
  type DesiredResource,
  type ObservedResource,
  type Plan,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { unreachableKind } from '../observe/observe-target.ts';
import { planJob } from './plan-job.ts';
import { planPlace } from './plan-place.ts';
import { planRemoval } from './plan-removal.ts';
import { nothingPlanned, type Planned, type PlanScene } from './plan-scene.ts';
import { planService } from './plan-service.ts';

export interface PlanPorts {
  readonly seal: PlanScene['seal'];
  /** By host; `undefined` of one that cannot be reached. */
  readonly identities: ReadonlyMap<string, string | undefined>;
}

export function planStack(request: PlanRequest, { seal, identities }: PlanPorts): Plan {
  const { prepared, observed, inventory, stack } = request;
  const scene: PlanScene = {
    stack,
    seal,
    observed: new Map(observed.map((one) => [one.id, one])),
    desired: new Map(prepared.resources.map((one) => [one.id, one])),
    inventory: new Set(inventory),
  };
  const parts = [
    ...prepared.resources.map((one) => planOne(one, scene, identities)),
    ...inventory
      .filter((id) => !scene.desired.has(id))
      .map((id) => planLeft(id, scene.observed.get(id), scene)),
  ];
  return {
    targetIdentity: formatIdentity(identities),
    changes: parts.flatMap(({ changes }) => changes),
    coverage: { gaps: parts.flatMap(({ gaps }) => gaps) },
    foreign: [],
    diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
  };
}

function planOne(
  desired: DesiredResource,
  scene: PlanScene,
  identities: PlanPorts['identities'],
): Planned {
  const { id } = desired;
  const { kind, scope } = parseResourceId(id);
  const observed = scene.observed.get(id);
  if (isUnreachable(observed) || identities.get(scope) === undefined) return gapOf(id, scope);
  switch (kind) {
    case 'Service':
      return planService(desired, observed, scene);
    case 'Job':
      return planJob(desired, observed, scene);
    default:
      return planPlace(desired, observed, scene);
  }
}

function planLeft(
  id: ResourceId,
  observed: ObservedResource | undefined,
  scene: PlanScene,
): Planned {
  if (isUnreachable(observed)) return gapOf(id, parseResourceId(id).scope);
  return observed ? planRemoval(observed, scene) : nothingPlanned;
}

function isUnreachable(observed: ObservedResource | undefined): boolean {
  const body: JsonObject | undefined = observed?.body;
  return body?.['kind'] === unreachableKind;
}

function gapOf(id: ResourceId, host: string): Planned {
  const message = `${id}: ${host} cannot be reached, so nothing is known about it`;
  return { ...nothingPlanned, gaps: [{ subject: id, extent: 'partial', message }] };
}

/** Another set of hosts is another target; one that is out of reach just now is still one of them. */
function formatIdentity(identities: PlanPorts['identities']): string {
  const hosts = [...identities].map(([name, identity]) => `${name}=${identity ?? 'unreachable'}`);
  return `engines:${hosts.sort().join(',')}`;
}
