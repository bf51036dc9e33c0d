import type { Diagnostic } from '@trueup/diagnostics';
import type { DesiredResource } from '@trueup/provider-sdk';

import type { ServerWarning } from '../client/parse-warnings.ts';
import type { Planned } from './plan-scene.ts';

/** Adds what the server remarked on a dry run of this resource. */
export function warnAbout(
  { id, origin }: DesiredResource,
  warnings: readonly ServerWarning[],
  planned: Planned,
): Planned {
  if (warnings.length === 0) return planned;
  const remarks = warnings.map(
    ({ path, text }): Diagnostic => ({
      severity: 'warning',
      code: 'KUBERNETES_WARNING',
      path,
      ...(origin && { origin }),
      summary: `${id}: ${text}`,
    }),
  );
  return { ...planned, diagnostics: [...planned.diagnostics, ...remarks] };
}
