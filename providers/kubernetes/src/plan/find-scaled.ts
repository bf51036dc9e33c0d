import { type JsonObject, readText } from '@trueup/diagnostics';
import {
  formatResourceId,
  type Prepared,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { formatKind, kindOf, splitApiVersion } from '../order/resource-kind.ts';

/** Kinds that set the replicas of others. */
export const scalerKinds: readonly { readonly group: string; readonly kind: string }[] = [
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'keda.sh', kind: 'ScaledObject' },
];

export function isScaler(body: JsonObject): boolean {
  const { group, kind } = kindOf(body);
  return scalerKinds.some((one) => one.group === group && one.kind === kind);
}

/** What an autoscaler targets. */
export function targetOf(scaler: JsonObject): ResourceId | undefined {
  const name = readText(scaler, 'spec', 'scaleTargetRef', 'name');
  if (name === undefined) return undefined;
  // KEDA takes deployments for granted.
  const kind = readText(scaler, 'spec', 'scaleTargetRef', 'kind') ?? 'Deployment';
  const { group } = splitApiVersion(
    readText(scaler, 'spec', 'scaleTargetRef', 'apiVersion') ?? 'apps/v1',
  );
  return formatResourceId({
    kind: formatKind({ group, kind }),
    scope: readText(scaler, 'metadata', 'namespace') ?? '',
    name,
  });
}

/**
 * Tells what autoscalers target, those of the stack and those in the cluster. Asks the cluster once
 * for each namespace that it is asked about.
 */
export function findScaledIds(
  prepared: Prepared,
  scaledIn: (namespace: string) => Promise<ReadonlySet<ResourceId>>,
): (id: ResourceId) => Promise<boolean> {
  const scalers = prepared.resources.map(({ body }) => body).filter(isScaler);
  const desired = new Set(scalers.map(targetOf));
  const asked = new Map<string, Promise<ReadonlySet<ResourceId>>>();
  return async (id) => {
    if (desired.has(id)) return true;
    const { scope } = parseResourceId(id);
    const answer = asked.get(scope) ?? scaledIn(scope);
    asked.set(scope, answer);
    return (await answer).has(id);
  };
}
