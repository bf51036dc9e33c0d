/** What an image's name stands for in its registry now. */
import type { Outbound } from '@trueup/outbound';
import { createRegistryClient } from '@trueup/registries';

import { isThisMachine } from '../client/parse-host-address.ts';
import { type ImageReference, registryOf } from './image-reference.ts';
import type { Login } from './parse-login.ts';

export type AskRegistry = (
  reference: ImageReference,
  login: Login | undefined,
  signal: AbortSignal,
) => Promise<string>;

/** Rejects as `@trueup/registries` does. A registry is asked anew each time: tags move. */
export function createAskRegistry(openOutbound: () => Promise<Outbound>): AskRegistry {
  return async (reference, login, signal) => {
    const client = createRegistryClient({
      outbound: await openOutbound(),
      credentials: async () => login,
      // As engines do: a registry of this machine needs no certificate.
      allowHttp: (host) => isThisMachine(host.replace(/:\d+$/, '')),
    });
    const { tag, repository } = reference;
    const asked = { host: registryOf(reference), repository, ...(tag !== undefined && { tag }) };
    return (await client.pullManifest(asked, signal)).digest;
  };
}
