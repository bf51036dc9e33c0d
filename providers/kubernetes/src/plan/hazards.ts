import { type JsonObject, readField, readText } from '@trueup/diagnostics';
import type { FieldChange, Hazard, Stack } from '@trueup/provider-sdk';

import { annotationOf } from '../client/read-fields.ts';
import { whoseIs } from '../marks/marks.ts';
import { formatKind, kindOf } from '../order/resource-kind.ts';

/** What an update does to what runs. */
export function updateHazards(
  observed: JsonObject,
  fields: readonly FieldChange[],
): readonly Hazard[] {
  const asked = fields.filter(({ generated }) => !generated);
  const touches = (...path: readonly string[]) =>
    asked.some((field) => path.every((step, index) => field.path[index] === step));
  const hasPods = readField(observed, 'spec', 'template', 'spec', 'containers') !== undefined;
  const restarts = hasPods && touches('spec', 'template');
  const stops = asked.some(
    ({ path, after, before }) =>
      path.length === 2 && path[1] === 'replicas' && after === 0 && before !== 0,
  );
  // Without an overlap nothing answers between the old pods and the new ones.
  const gap = restarts && readText(observed, 'spec', 'strategy', 'type') === 'Recreate';
  return [
    ...(restarts ? ['restarts' as const] : []),
    ...(stops || gap || cutsTraffic(observed, touches) ? ['interrupts' as const] : []),
  ];
}

function cutsTraffic(
  observed: JsonObject,
  touches: (...path: readonly string[]) => boolean,
): boolean {
  const isService = formatKind(kindOf(observed)) === 'Service';
  return isService && (touches('spec', 'selector') || touches('spec', 'type'));
}

export function deleteHazards(observed: JsonObject): readonly Hazard[] {
  const kind = formatKind(kindOf(observed));
  if (holdsData.includes(kind)) return ['destroys-data'];
  return serves.includes(kind) ? ['interrupts'] : [];
}

const holdsData = [
  'Namespace',
  'CustomResourceDefinition.apiextensions.k8s.io',
  'PersistentVolume',
  'PersistentVolumeClaim',
];

const serves = [
  'Service',
  'Pod',
  'Ingress.networking.k8s.io',
  'HTTPRoute.gateway.networking.k8s.io',
  'Gateway.gateway.networking.k8s.io',
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
];

/** P3: why a delete, or a replace, needs explicit words in Git besides. */
export function protectionOf(observed: JsonObject, stack: Stack): string | undefined {
  const kind = formatKind(kindOf(observed));
  const owner = whoseIs(observed, stack);
  if (owner === 'nobody') return 'It does not bear the mark of this stack.';
  if (owner === 'other') return 'It bears the mark of another stack.';
  if (holdsData.includes(kind)) return `${kind.split('.')[0]}: data goes with it.`;
  const kept = keepers.find(([name, words]) =>
    (annotationOf(observed, name) ?? '').split(',').some((word) => words.test(word.trim())),
  );
  return kept && `Its annotation ${kept[0]} asks to keep it.`;
}

/** Annotations that people already have for other tools. */
const keepers: readonly (readonly [string, RegExp])[] = [
  ['trueup.dev/prune', /^disabled$/],
  ['kustomize.toolkit.fluxcd.io/prune', /^disabled$/i],
  ['argocd.argoproj.io/sync-options', /^(?:Prune=(?:false|confirm)|Delete=(?:false|confirm))$/],
  ['helm.sh/resource-policy', /^keep$/],
  ['cli-utils.sigs.k8s.io/on-remove', /^keep$/],
  ['client.lifecycle.config.k8s.io/deletion', /^detach$/],
];

/** Whether Git asks for the resource to go and come again where it cannot be changed in place. */
export function mayReplace(desired: JsonObject): boolean {
  const options = (annotationOf(desired, 'argocd.argoproj.io/sync-options') ?? '').split(',');
  return (
    annotationOf(desired, 'trueup.dev/replace') === 'true' ||
    options.some((option) => option.trim() === 'Force=true') ||
    /^enabled$/i.test(annotationOf(desired, 'kustomize.toolkit.fluxcd.io/force') ?? '')
  );
}
