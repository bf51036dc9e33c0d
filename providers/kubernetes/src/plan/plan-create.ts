import type { DesiredResource, Gap, ResourceId } from '@trueup/provider-sdk';
import { parseResourceId } from '@trueup/provider-sdk';

import type { ServerWarning } from '../client/parse-warnings.ts';
import { KubernetesApiError } from '../kubernetes-client.ts';
import { definitionId, namespaceId } from '../prepare/link-resources.ts';
import { describeCreate } from './compare-objects.ts';
import { planRefused } from './plan-refused.ts';
import { gapAt, nothingPlanned, type Planned, type PlanScene, stepOf } from './plan-scene.ts';
import { warnAbout } from './warn-about.ts';

/** `exists` when the server knows the object after all: it has to be looked at again. */
export async function planCreate(
  desired: DesiredResource,
  scene: PlanScene,
): Promise<Planned | 'exists'> {
  const coming = comingNeedOf(desired, scene);
  if (coming) return deferred(desired, coming, scene);
  if (scene.creates === 'predicted') return created(desired, 'predicted', scene);
  const place = await scene.placeOf(desired.id, desired.body);
  if (!place) return deferred(desired, 'its kind', scene);
  const { client, fieldManager, signal } = scene;
  const warnings: ServerWarning[] = [];
  try {
    const answer = await client.apply(place, desired.body, {
      fieldManager,
      dryRun: true,
      onlyIf: 'absent',
      onWarning: (warning) => warnings.push(warning),
      signal,
    });
    const fields = describeCreate(answer, { ...scene, desired });
    return warnAbout(desired, warnings, {
      ...nothingPlanned,
      changes: [{ ...stepOf(desired), action: 'create', fields, confidence: 'certain' }],
    });
  } catch (error) {
    if (error instanceof KubernetesApiError) return refusedCreate(desired, error, scene);
    throw error;
  }
}

/** What has to come first, for people. */
function comingNeedOf(
  { id, dependsOn }: DesiredResource,
  { comingState, creates }: PlanScene,
): string | undefined {
  const { scope } = parseResourceId(id);
  // Where nothing is tried out, there is nothing to wait for: in a namespace to come lies nothing.
  const triesOut = creates === 'dry-run' && scope !== '';
  if (triesOut && comingState(namespaceId(scope)) === 'coming') return `namespace ${scope}`;
  const definition = dependsOn.find((one) => isDefinition(one) && comingState(one) === 'coming');
  return definition && 'the definition of its kind';
}

function isDefinition(id: ResourceId): boolean {
  return parseResourceId(id).kind === parseResourceId(definitionId('x')).kind;
}

function refusedCreate(
  desired: DesiredResource,
  error: KubernetesApiError,
  scene: PlanScene,
): Planned | 'exists' {
  if (error.status === 409) return 'exists';
  if (error.has('namespace-terminating')) return deferred(desired, 'its namespace', scene);
  if (error.has('dry-run-unsupported') || (error.has('webhook') && error.status >= 500)) {
    const why = 'an admission webhook takes no part in dry runs, so what it would do is not known';
    return created(desired, 'predicted', scene, gapAt(desired.id, 'partial', why));
  }
  // What the definition of today refuses may be right by that of tomorrow.
  const changes = desired.dependsOn.some((id) => scene.comingState(id) === 'changing');
  return changes
    ? deferred(desired, 'the new definition of its kind', scene)
    : planRefused(desired, error);
}

function created(
  desired: DesiredResource,
  confidence: 'predicted' | 'deferred',
  scene: PlanScene,
  gap?: Gap,
): Planned {
  const fields = describeCreate(undefined, { ...scene, desired });
  return {
    ...nothingPlanned,
    changes: [{ ...stepOf(desired), action: 'create', fields, confidence }],
    gaps: gap ? [gap] : [],
  };
}

function deferred(desired: DesiredResource, need: string, scene: PlanScene): Planned {
  const why = `${need} has to be there first; it is planned again right before its wave`;
  return created(desired, 'deferred', scene, gapAt(desired.id, 'deferred', why));
}
