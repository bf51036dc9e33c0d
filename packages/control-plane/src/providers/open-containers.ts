/** The provider for container hosts, as this process may reach them and their registries. */
import type { OutboundOptions } from '@trueup/outbound';
import type { ContainersProvider } from '@trueup/provider-containers';

export interface OpenContainersOptions {
  /** Where registries may lie besides the public net. */
  readonly addresses: OutboundOptions['addresses'];
  /** Where ssh is looked for, written like PATH. */
  readonly searchPath: string;
}

/** Connects to nothing yet. Imports what it needs only here, since few processes need it. */
export async function openContainers({
  addresses = {},
  searchPath,
}: OpenContainersOptions): Promise<ContainersProvider> {
  const { createContainersProvider } = await import('@trueup/provider-containers');
  const open = async () => {
    const { createOutbound } = await import('@trueup/outbound');
    return createOutbound({ addresses });
  };
  let outbound: ReturnType<typeof open> | undefined;
  return createContainersProvider({
    searchPath,
    openOutbound: () => {
      outbound ??= open();
      return outbound;
    },
  });
}

/** Whether a `trueup.yaml` may be about it, or a slip of the pen. Asking costs nothing, opening does. */
export function mentionsContainers(text: string): boolean {
  return /contain|docker|podman|compose/i.test(text);
}

/** Whether a folder is written for it: what it holds directly. */
export function isComposeFolder(paths: readonly string[]): boolean {
  return paths.some((path) => /^(?:docker-)?compose\.ya?ml$/.test(path));
}

/** Where a folder of compose files goes without a `trueup.yaml`: the engine of this machine. */
export const thisEngine: {
  readonly name: string;
  readonly settings: { readonly hosts: Readonly<Record<string, string>> };
} = {
  name: 'containers',
  settings: { hosts: { local: 'unix:///var/run/docker.sock' } },
};
