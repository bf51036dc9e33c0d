/** Renders charts by the program `helm`, with their dependencies and without chance. */
import type { Renderer } from '@trueup/manifests';

import type { HelmRendererOptions } from './build/render-folder.ts';
import { joinPath } from './chart/chart-path.ts';
import { checkSettings } from './schema.ts';

/**
 * A renderer named `helm`. It needs the program only to render: without it, a stack gets one
 * diagnostic (`RENDER_HELM_MISSING`). Besides those of `Renderer` it rejects as `Outbound` and
 * `RegistryClient` do when a repository does not answer.
 */
export function createHelmRenderer(options: HelmRendererOptions): Renderer {
  let opened: Promise<Renderer['render']> | undefined;
  async function open(): Promise<Renderer['render']> {
    // Most stacks are no charts, and a command line should start fast.
    const { createRenderFolder } = await import('./build/render-folder.ts');
    const { outbound } = options;
    return createRenderFolder({
      ...options,
      outbound: typeof outbound === 'function' ? await outbound() : outbound,
    });
  }
  return {
    name: 'helm',
    checkSettings,
    recognises: (files, folder) => files.includes(joinPath(folder, 'Chart.yaml')),
    async render(files, request, signal) {
      signal.throwIfAborted();
      opened ??= open();
      const render = await opened;
      return render(files, request, signal);
    },
  };
}
