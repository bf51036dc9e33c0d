/** Renders kustomizations by the program `kustomize`, from files that are known one by one. */
import type { Renderer } from '@trueup/manifests';

import type { KustomizeRendererOptions } from './build/render-folder.ts';
import { checkSettings } from './schema.ts';
import { kustomizationNames } from './sources/kustomization-names.ts';
import { joinPath } from './sources/resolve-reference.ts';

/**
 * A renderer named `kustomize`. It needs the program only to render: without it, a stack gets one
 * diagnostic (`RENDER_KUSTOMIZE_MISSING`).
 */
export function createKustomizeRenderer(options: KustomizeRendererOptions): Renderer {
  let opened: Promise<Renderer['render']> | undefined;
  async function open(): Promise<Renderer['render']> {
    // Most stacks are no kustomizations, and a command line should start fast.
    const { createRenderFolder } = await import('./build/render-folder.ts');
    const { outbound } = options;
    return createRenderFolder({
      ...options,
      outbound: typeof outbound === 'function' ? await outbound() : outbound,
    });
  }
  return {
    name: 'kustomize',
    checkSettings,
    recognises: (files, folder) =>
      kustomizationNames.some((name) => files.includes(joinPath(folder, name))),
    async render(files, request, signal) {
      signal.throwIfAborted();
      opened ??= open();
      const render = await opened;
      return render(files, request, signal);
    },
  };
}
