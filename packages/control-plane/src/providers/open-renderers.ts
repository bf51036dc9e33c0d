/** All renderers, as this process may use them. */
import type { Renderer } from '@trueup/manifests';
import type { Outbound, OutboundOptions } from '@trueup/outbound';

import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { isThisMachine } from './is-this-machine.ts';
import { createReadCredentials } from './read-host-credentials.ts';

export interface OpenRenderersOptions {
  /** Where helm and kustomize are looked for, written like PATH. */
  readonly searchPath: string;
  /** For fetched charts; nothing is kept if absent. */
  readonly cacheFolder?: string;
  /** For the hosts that stacks fetch charts and bases from. */
  readonly readSecret: ReadSecret;
  /**
   * Where those hosts may lie besides the public net. It bounds what any stack allows itself: a
   * stack allows hosts by their names only.
   */
  readonly addresses: OutboundOptions['addresses'];
}

/** Plain manifests come last: what a tool recognises by its own file is not plain. */
export async function openRenderers({
  searchPath,
  cacheFolder,
  readSecret,
  addresses = {},
}: OpenRenderersOptions): Promise<readonly Renderer[]> {
  const [helm, kustomize, manifests] = await Promise.all([
    import('@trueup/renderer-helm'),
    import('@trueup/renderer-kustomize'),
    import('@trueup/manifests'),
  ]);
  let opened: Promise<Outbound> | undefined;
  const outbound = (): Promise<Outbound> => {
    opened ??= import('@trueup/outbound').then(({ createOutbound }) =>
      createOutbound({ addresses }),
    );
    return opened;
  };
  const fetching = { searchPath, outbound, readCredentials: createReadCredentials(readSecret) };
  const cache = cacheFolder === undefined ? {} : { cacheFolder };
  return [
    helm.createHelmRenderer({ ...fetching, ...cache, allowHttp: isThisMachine }),
    kustomize.createKustomizeRenderer(fetching),
    manifests.createPlainRenderer(),
  ];
}
