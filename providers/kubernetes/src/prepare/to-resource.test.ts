import type { ManifestDocument } from '@trueup/manifests';
import { describe, expect, it } from 'vitest';

import { toResource } from './to-resource.ts';

const placing = {
  stack: { name: 'infra/shop', path: 'shop' },
  namespace: 'default',
  namespaced: false,
} as unknown as Parameters<typeof toResource>[1];

describe('toResource', () => {
  it('puts CRDs of a chart before its hooks, and those of its templates after', () => {
    const hooks = { 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '-1000' };

    const early = waveOf({ ...documentOf('CustomResourceDefinition'), beforeHooks: true });
    const hook = waveOf(documentOf('Job', hooks));
    const late = waveOf(documentOf('CustomResourceDefinition'));

    expect(early).toBeLessThan(hook);
    expect(hook).toBeLessThan(late);
  });
});

function documentOf(
  kind: string,
  annotations: Readonly<Record<string, string>> = {},
): ManifestDocument {
  const body = { apiVersion: 'v1', kind, metadata: { name: 'x', annotations } };
  return { body, origin: { file: 'x.yaml', line: 1 } };
}

function waveOf(document: ManifestDocument): number {
  return toResource(document, placing)?.position.wave ?? Number.NaN;
}
