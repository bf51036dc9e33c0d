/** The real program, where the machine has it. */
import { accessSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';
import type { Rendered, RenderRequest } from '@trueup/manifests';

import type { KustomizeRendererOptions } from '../build/render-folder.ts';
import { createKustomizeRenderer } from '../kustomize-renderer.ts';
import { fakeFiles } from './fake-files.ts';

// biome-ignore lint/style/noProcessEnv: the folder of real programs is named by envtest's variable
export const assets: string = process.env['KUBEBUILDER_ASSETS'] ?? '';
const signal = new AbortController().signal;

export function hasKustomize(): boolean {
  try {
    accessSync(join(assets === '' ? '/nowhere' : assets, 'kustomize'));
    return true;
  } catch {
    return false;
  }
}

/** The folder `s` of a repository in memory; files without a slash lie in it. */
export function render(
  contents: Readonly<Record<string, string>>,
  settings?: JsonObject,
  options: Partial<KustomizeRendererOptions> = {},
): Promise<Rendered> {
  const files = Object.entries(contents).map(([path, content]) => [
    path.includes('/') ? path : `s/${path}`,
    content,
  ]);
  const renderer = createKustomizeRenderer({ searchPath: assets, ...options });
  return renderer.render(
    fakeFiles(Object.fromEntries(files)),
    { ...requestFor('s'), settings },
    signal,
  );
}

export function requestFor(folder: string): RenderRequest {
  const capabilities = { kubernetesVersion: 'v1.35.0', apiVersions: [] };
  return { folder, settings: undefined, releaseName: 'shop', namespace: undefined, capabilities };
}
