/** Keeps one client for each host of a target, as long as its settings stay the same. */
import { hash } from 'node:crypto';

import { StalledError } from '@trueup/diagnostics';
import type { Target } from '@trueup/provider-sdk';

import type { ContainersClient } from '../containers-client.ts';
import { parseTargetSettings } from '../schema.ts';
import type { HostSettings } from '../settings/host-settings.ts';
import { EngineApi } from './engine-api.ts';
import { formatHostAddress } from './parse-host-address.ts';

export interface Host {
  readonly name: string;
  /** As `formatHostAddress` writes it. */
  readonly address: string;
  readonly api: EngineApi;
}

export interface Hosts {
  /** By name, in the order of the settings. */
  of(target: Target): ReadonlyMap<string, Host>;
  close(): Promise<void>;
}

export type OpenClient = (host: HostSettings) => ContainersClient;

export function keepHosts(open: OpenClient): Hosts {
  const clients = new Map<string, ContainersClient>();
  return {
    of(target) {
      const { hosts } = parseTargetSettings(target.settings);
      return new Map(
        hosts.map((host) => {
          // Secrets are in it, so only its hash is kept.
          const key = hash('sha256', JSON.stringify(host));
          const client = clients.get(key) ?? open(host);
          clients.set(key, client);
          return [
            host.name,
            {
              name: host.name,
              address: formatHostAddress(host.address),
              api: new EngineApi(client),
            },
          ];
        }),
      );
    },
    async close() {
      const all = [...clients.values()];
      clients.clear();
      await Promise.all(all.map((client) => client.close()));
    },
  };
}

/** @throws StalledError when the target has no such host any more. */
export function hostOf(hosts: ReadonlyMap<string, Host>, name: string): Host {
  const host = hosts.get(name);
  if (host) return host;
  throw new StalledError('CONTAINERS_HOST_UNKNOWN', `${name}: the target has no such host`, name);
}
