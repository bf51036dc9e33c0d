import {
  type Diagnostic,
  type FieldPath,
  formatFieldPath,
  parseFieldPath,
} from '@trueup/diagnostics';
import type { DesiredResource } from '@trueup/provider-sdk';

import type { KubernetesApiError } from '../kubernetes-client.ts';
import { toOperationError } from '../translate-errors.ts';
import { nothingPlanned, type Planned } from './plan-scene.ts';

/** What the server would refuse is a remark on what stands in Git, one for each field at fault. */
export function planRefused(desired: DesiredResource, error: KubernetesApiError): Planned {
  const failure = toOperationError(desired.id, error);
  if (failure.family === 'transient') throw failure;
  const advice = adviceFor(error);
  const remark = (path: FieldPath): Diagnostic => ({
    severity: 'error',
    code: error.has('immutable') ? 'KUBERNETES_IMMUTABLE' : failure.code,
    path,
    ...(desired.origin && { origin: desired.origin }),
    summary: failure.message,
    ...(advice !== undefined && { advice }),
  });
  const paths = new Map(error.fields.flatMap(toPath).map((path) => [formatFieldPath(path), path]));
  const remarks = paths.size > 0 ? [...paths.values()].map(remark) : [remark([])];
  return { ...nothingPlanned, diagnostics: remarks };
}

/** Up to the first item that is only counted: ours are named by what identifies them. */
function toPath(field: string): readonly FieldPath[] {
  const path = parseFieldPath(field) ?? parseFieldPath(field.replace(/\[\d*\].*$/, ''));
  return path && path.length > 0 ? [path] : [];
}

function adviceFor(error: KubernetesApiError): string | undefined {
  if (error.has('immutable')) {
    return 'Ask for it to go and come again by the annotation `trueup.dev/replace: "true"`.';
  }
  if (error.has('namespace-missing'))
    return 'Add the namespace to the stack, or let another stack bring it first.';
  return undefined;
}
