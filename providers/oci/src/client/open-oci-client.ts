import { StalledError } from '@trueup/diagnostics';
import type { Outbound } from '@trueup/outbound';
import {
  addSignature,
  copyArtifact,
  createRegistryClient,
  hasSignature,
  isWhole,
  pushArtifact,
  type RegistryClient,
  resolveArtifact,
} from '@trueup/registries';

import type { Asking, OciClient } from '../oci-client.ts';

export interface OciClientOptions {
  /** Asked for once something has to be sent. */
  readonly outbound: () => Promise<Outbound>;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
}

export function openOciClient({ outbound, allowHttp }: OciClientOptions): OciClient {
  /** One for those who ask the same, so that tokens are asked for once. */
  const clients = new WeakMap<Asking['logins'], RegistryClient>();
  async function clientFor({ logins }: Asking): Promise<RegistryClient> {
    const known = clients.get(logins);
    if (known) return known;
    const client = createRegistryClient({
      outbound: await outbound(),
      credentials: logins,
      ...(allowHttp && { allowHttp }),
    });
    clients.set(logins, client);
    return client;
  }

  return {
    async head(reference, asking) {
      asking.signal.throwIfAborted();
      const found = await (await clientFor(asking)).headManifest(reference, asking.signal);
      return found && { digest: found.digest, mediaType: found.mediaType };
    },
    async resolve(order, asking) {
      const client = await clientFor(asking);
      try {
        return (await resolveArtifact(client, order, asking.signal)).digest;
      } catch (error) {
        if (error instanceof StalledError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
        throw error;
      }
    },
    async copy({ digest, ...order }, asking) {
      const client = await clientFor(asking);
      // Where it came from may be gone by now.
      if (!order.referrers && (await isWhole(client, { ...order.to, digest }, asking.signal)))
        return;
      await copyArtifact(client, order, asking.signal);
    },
    async push({ to, artifact }, asking) {
      const { signal } = asking;
      await pushArtifact(await clientFor(asking), to, { artifact, signal });
    },
    async isSigned(reference, key, asking) {
      const { signal } = asking;
      return await hasSignature(await clientFor(asking), reference, { key, signal });
    },
    async sign(reference, key, asking) {
      const { signal } = asking;
      await addSignature(await clientFor(asking), reference, { key, signal });
    },
    async point({ tag, ...place }, digest, asking) {
      const client = await clientFor(asking);
      const manifest = await client.pullManifest({ ...place, digest }, asking.signal);
      await client.pushManifest({ ...place, tag }, manifest, asking.signal);
    },
    async remove(reference, asking) {
      await (await clientFor(asking)).deleteTag(reference, asking.signal);
    },
  };
}
