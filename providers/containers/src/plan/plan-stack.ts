/** Compares what compose files ask for with what hosts have. Pure but for which hosts answer. */
import type { Diagnostic, JsonObject, OperationError } from '@trueup/diagnostics';

import {
  type DesiredResource,
  type Gap,
  type ObservedResource,
  type Plan,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import { unreachableKind } from '../observe/observe-target.ts';
import { unknownDigest } from '../prepare/resolve-images.ts';
import { planJob } from './plan-job.ts';
import { planPlace } from './plan-place.ts';
import { planRemoval } from './plan-removal.ts';
import { nothingPlanned, type Planned, type PlanScene } from './plan-scene.ts';
import { planService } from './plan-service.ts';
import type { LostHosts } from './reach-hosts.ts';

export interface PlanPorts {
  readonly seal: PlanScene['seal'];
  readonly hosts: ReadonlyMap<string, Pick<Host, 'address'>>;
  /** Those that do not answer. The others go on. */
  readonly lost: LostHosts;
}

export function planStack(request: PlanRequest, { seal, hosts, lost }: PlanPorts): Plan {
  const { prepared, observed, inventory, stack } = request;
  const scene: PlanScene = {
    stack,
    seal,
    observed: new Map(observed.map((one) => [one.id, one])),
    desired: new Map(prepared.resources.map((one) => [one.id, one])),
    inventory: new Set(inventory),
  };
  const parts = [
    ...prepared.resources.map((one) => planOne(one, scene, lost)),
    ...inventory.filter((id) => !scene.desired.has(id)).map((id) => planLeft(id, scene, lost)),
  ];
  return {
    targetIdentity: formatIdentity(hosts),
    changes: parts.flatMap(({ changes }) => changes),
    coverage: { gaps: [...parts.flatMap(({ gaps }) => gaps), ...gapsOfLost(lost)] },
    foreign: [],
    diagnostics: [...parts.flatMap(({ diagnostics }) => diagnostics), ...[...lost].map(toRemark)],
  };
}

function planOne(desired: DesiredResource, scene: PlanScene, lost: LostHosts): Planned {
  const { id } = desired;
  const { kind, scope } = parseResourceId(id);
  const observed = scene.observed.get(id);
  if (isUnreachable(observed) || lost.has(scope) || isUnpinned(desired)) {
    return gapOf(id, scope, lost);
  }
  switch (kind) {
    case 'Service':
      return planService(desired, observed, scene);
    case 'Job':
      return planJob(desired, observed, scene);
    default:
      return planPlace(desired, observed, scene);
  }
}

function planLeft(id: ResourceId, scene: PlanScene, lost: LostHosts): Planned {
  const observed = scene.observed.get(id);
  const { scope } = parseResourceId(id);
  if (isUnreachable(observed) || lost.has(scope)) return gapOf(id, scope, lost);
  return observed ? planRemoval(observed, scene) : nothingPlanned;
}

/** Its host was lost when it was prepared. */
function isUnpinned({ body }: DesiredResource): boolean {
  return body['imageDigest'] === unknownDigest;
}

function isUnreachable(observed: ObservedResource | undefined): boolean {
  const body: JsonObject | undefined = observed?.body;
  return body?.['kind'] === unreachableKind;
}

function gapOf(id: ResourceId, host: string, lost: LostHosts): Planned {
  const why = lost.get(host)?.message ?? `${host}: it did not answer just now`;
  const message = `${id}: nothing is known about it: ${why}`;
  return { ...nothingPlanned, gaps: [{ subject: id, extent: 'partial', message }] };
}

/** What nobody wrote down may lie there as well, and be left behind. */
function gapsOfLost(lost: LostHosts): readonly Gap[] {
  return [...lost.keys()].map((host) => ({
    extent: 'partial',
    message: `${host}: what the stack has there is not known before it answers`,
  }));
}

function toRemark([, { code, message }]: readonly [string, OperationError]): Diagnostic {
  const advice = 'The other hosts go on. What is left out here is planned when it answers again.';
  return { severity: 'warning', code, path: [], summary: message, advice };
}

/**
 * Another set of hosts is another target, one that is lost just now is still one of them: what engines say
 * of themselves would make it another one. Where they lie is proven by TLS and by ssh.
 */
function formatIdentity(hosts: PlanPorts['hosts']): string {
  const places = [...hosts].map(([name, { address }]) => `${name}=${address}`);
  return `engines:${places.sort().join(',')}`;
}
