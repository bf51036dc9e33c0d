import type { Outbound, OutboundOptions } from '@trueup/outbound';

import { isThisMachine } from '../providers/is-this-machine.ts';
import { createReadCredentials } from '../providers/read-host-credentials.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { Sources } from './sources.ts';

export interface OpenedSources {
  readonly sources: Sources;
  close(): Promise<void>;
}

/** Connects to nothing yet, and loads nothing that only stacks from registries need. */
export function openSources(
  readSecret: ReadSecret,
  addresses: NonNullable<OutboundOptions['addresses']>,
): OpenedSources {
  let opened: Promise<Outbound> | undefined;
  const open = async () => {
    const { createOutbound } = await import('@trueup/outbound');
    return createOutbound({ addresses });
  };
  const sources = new Sources({
    outbound: () => {
      opened ??= open();
      return opened;
    },
    readCredentials: createReadCredentials(readSecret),
    allowHttp: isThisMachine,
  });
  return {
    sources,
    close: async () => {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
