/** Looks for people at the containers of a service: which there are, what they wrote. */
import { isJsonList, readObject, StalledError } from '@trueup/diagnostics';
import {
  type Explore,
  formatResourceId,
  type ObservedResource,
  type OffspringNode,
  parseResourceId,
  type Target,
} from '@trueup/provider-sdk';

import { assessHealth } from '../assess-health.ts';
import { type Host, hostOf } from '../client/keep-hosts.ts';
import { readLogLines } from '../client/read-frames.ts';
import { observeIds } from '../observe/observe-target.ts';
import { containersOf, type ObservedContainer } from '../observe/observed-body.ts';
import { translateErrors } from '../translate-errors.ts';

type HostsOf = (target: Target) => ReadonlyMap<string, Host>;

export function createExplore(hostsOf: HostsOf, now: () => Date): Explore {
  return {
    async offspring(target, { ids }, { signal }) {
      const observed = await observeIds(hostsOf(target), ids, { now, signal });
      return observed.flatMap(offspringOf);
    },
    // Engines tell events to those who listen, and keep none that could be asked for later.
    events: async () => [],
    async *logs(target, { id, stream, tailLines, follow }, { signal }) {
      const hosts = hostsOf(target);
      const [observed] = await observeIds(hosts, [id], { now, signal });
      const containers = observed ? containersOf(observed.body) : [];
      const found = containers.find(({ name }) => stream === undefined || name === stream);
      if (!found) {
        const message = `${id}: it has no container${stream === undefined ? '' : ` ${stream}`}`;
        throw new StalledError('CONTAINERS_NO_CONTAINER', message, id);
      }
      const { api } = hostOf(hosts, parseResourceId(id).scope);
      const inspected = await translateErrors(id, signal, () => api.inspect(found.id, signal));
      const isTerminal = readObject(inspected?.['Config'])['Tty'] === true;
      yield* readLogLines(api.logs(found.id, { tailLines, follow }, signal), isTerminal);
    },
  };
}

function offspringOf(observed: ObservedResource): readonly OffspringNode[] {
  return containersOf(observed.body).map((one, index) => toNode(one, index, observed));
}

function toNode(
  container: ObservedContainer,
  index: number,
  { id, body }: ObservedResource,
): OffspringNode {
  const { scope } = parseResourceId(id);
  const { containers, ...rest } = body;
  const own = isJsonList(containers) ? containers.slice(index, index + 1) : [];
  return {
    id: formatResourceId({ kind: 'Container', scope, name: container.name }),
    parent: id,
    health: assessHealth({ ...rest, containers: own }),
  };
}
