/** The provider for container registries, as this process may reach them. */
import type { Outbound, OutboundOptions } from '@trueup/outbound';
import type { Provider } from '@trueup/provider-sdk';

import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { isThisMachine } from './is-this-machine.ts';
import { createReadCredentials } from './read-host-credentials.ts';

export interface OpenOciOptions {
  /** For the registries that stacks take images from. */
  readonly readSecret: ReadSecret;
  /** Where registries may lie besides the public net. */
  readonly addresses: OutboundOptions['addresses'];
}

/** Connects to nothing yet. Imports what it needs only here, since few processes need it. */
export async function openOci({
  readSecret,
  addresses = {},
}: OpenOciOptions): Promise<Provider & { close(): Promise<void> }> {
  const { createOciProvider } = await import('@trueup/provider-oci');
  const open = async () => {
    const { createOutbound } = await import('@trueup/outbound');
    return createOutbound({ addresses });
  };
  let opened: Promise<Outbound> | undefined;
  const provider = createOciProvider({
    outbound: () => {
      opened ??= open();
      return opened;
    },
    readCredentials: createReadCredentials(readSecret),
    allowHttp: isThisMachine,
  });
  return {
    ...provider,
    close: async () => {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}

/** Whether a `trueup.yaml` may be about it, or a slip of the pen. Asking costs nothing, opening does. */
export function mentionsOci(text: string): boolean {
  return /\boci\b|\bico\b|\bocr\b|regist/i.test(text);
}
