/** The provider for container registries, as this process may reach them. */
import type { Outbound } from '@trueup/outbound';
import type { Provider } from '@trueup/provider-sdk';

import { isThisMachine } from './is-this-machine.ts';
import { type OpenRenderersOptions, openRenderers } from './open-renderers.ts';
import { createReadCredentials } from './read-host-credentials.ts';

/** For the registries that stacks take images from, and for what artifacts are rendered by. */
export type OpenOciOptions = OpenRenderersOptions;

/** Connects to nothing yet. Imports what it needs only here, since few processes need it. */
export async function openOci(
  options: OpenOciOptions,
): Promise<Provider & { close(): Promise<void> }> {
  const { readSecret, addresses = {} } = options;
  const [{ createOciProvider }, renderers] = await Promise.all([
    import('@trueup/provider-oci'),
    openRenderers(options),
  ]);
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
    renderers,
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
