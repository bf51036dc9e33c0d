/** The provider for clusters with every renderer, as this process may use them. */
import type { KubernetesProvider, KubernetesProviderOptions } from '@trueup/provider-kubernetes';

import { type OpenRenderersOptions, openRenderers } from './open-renderers.ts';

export interface OpenKubernetesOptions
  extends Pick<KubernetesProviderOptions, 'fieldManager' | 'watch' | 'creates' | 'connections'>,
    OpenRenderersOptions {}

/** Connects to nothing yet. Imports what it needs only here, since not every process needs it. */
export async function openKubernetes(options: OpenKubernetesOptions): Promise<KubernetesProvider> {
  const [{ createKubernetesProvider }, renderers] = await Promise.all([
    import('@trueup/provider-kubernetes'),
    openRenderers(options),
  ]);
  return createKubernetesProvider({ ...options, renderers });
}
