import type { ContainersClient } from '../containers-client.ts';
import type { HostSettings } from '../settings/host-settings.ts';
import type { LinePorts } from './keep-line.ts';
import { openHttpClient } from './open-http-client.ts';
import { openSshClient } from './open-ssh-client.ts';

export interface ClientPorts extends LinePorts {
  /** Where ssh is looked for, written like PATH. */
  readonly searchPath: string;
}

/** Connects with the first call. */
export function openClient(
  { address, tls, ssh }: HostSettings,
  ports: ClientPorts,
): ContainersClient {
  if (address.kind !== 'ssh') return openHttpClient({ address, ...(tls && { tls }) });
  if (!ssh) throw new Error('Settings of a host by ssh were not checked.');
  return openSshClient({ ...ports, route: { address, identity: ssh } });
}
