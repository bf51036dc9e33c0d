import { hash } from 'node:crypto';

import { formatJson } from '@trueup/diagnostics';
import type { InputRead, RenderRequest } from '@trueup/manifests';

import type { HelmProgram } from '../build/find-helm.ts';

/** What decides the output besides files: the program, and what the target can do. Pure. */
export function describeInputs(
  { version }: HelmProgram,
  { capabilities }: RenderRequest,
): readonly InputRead[] {
  const { kubernetesVersion, apiVersions } = capabilities;
  const able = formatJson([kubernetesVersion, [...new Set(apiVersions)].sort()]);
  return [
    { name: 'program:helm', digest: `sha256:${hash('sha256', `helm ${version}`)}` },
    { name: 'capabilities', digest: `sha256:${hash('sha256', able)}` },
  ];
}
