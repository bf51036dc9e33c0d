/** Keeps one client for each host of a target, as long as its settings stay the same. */
import { hash } from 'node:crypto';

import { StalledError } from '@trueup/diagnostics';
import type { Target } from '@trueup/provider-sdk';

import type { ContainersClient } from '../containers-client.ts';
import { dropAtWrites } from '../feed/drop-at-writes.ts';
import { EventFeed, type FeedPorts } from '../feed/event-feed.ts';
import { KeptContainers } from '../feed/kept-containers.ts';
import type { LookedContainer } from '../observe/observed-body.ts';
import { parseTargetSettings } from '../schema.ts';
import type { HostSettings } from '../settings/host-settings.ts';
import { EngineApi } from './engine-api.ts';
import { formatHostAddress } from './parse-host-address.ts';

export interface Host {
  readonly name: string;
  /** As `formatHostAddress` writes it. */
  readonly address: string;
  readonly api: EngineApi;
  /** One for all targets and stacks that reach the engine in the same way. */
  readonly feed: EventFeed;
  /** What its events cover. */
  readonly kept: KeptContainers<LookedContainer>;
}

export interface Hosts {
  /** By name, in the order of the settings. */
  of(target: Target): ReadonlyMap<string, Host>;
  close(): Promise<void>;
}

export type OpenClient = (host: HostSettings) => ContainersClient;

type Engine = Pick<Host, 'api' | 'feed' | 'kept'>;

export function keepHosts(open: OpenClient, ports: FeedPorts): Hosts {
  const engines = new Map<string, Engine>();
  return {
    of(target) {
      const { hosts } = parseTargetSettings(target.settings);
      return new Map(
        hosts.map((host) => {
          const { name, ...reach } = host;
          // Secrets are in it, so only its hash is kept.
          const key = hash('sha256', JSON.stringify(reach));
          const engine = engines.get(key) ?? toEngine(open(host), ports);
          engines.set(key, engine);
          const { address } = host;
          return [name, { name, address: formatHostAddress(address), ...engine }];
        }),
      );
    },
    async close() {
      const all = [...engines.values()];
      engines.clear();
      await Promise.all(
        all.map(async ({ api, kept }) => {
          kept.uncover();
          await api.client.close();
        }),
      );
    },
  };
}

function toEngine(client: ContainersClient, ports: FeedPorts): Engine {
  const kept = new KeptContainers<LookedContainer>(ports.clock.now);
  const api = new EngineApi(dropAtWrites(client, kept));
  return { api, kept, feed: new EventFeed(api, kept, ports) };
}

/** @throws StalledError when the target has no such host any more. */
export function hostOf(hosts: ReadonlyMap<string, Host>, name: string): Host {
  const host = hosts.get(name);
  if (host) return host;
  throw new StalledError('CONTAINERS_HOST_UNKNOWN', `${name}: the target has no such host`, name);
}
