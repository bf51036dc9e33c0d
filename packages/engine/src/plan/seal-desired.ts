import { formatJson, type JsonObject } from '@trueup/diagnostics';
import { formatResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { OpenStack } from '../run/run-ports.ts';

type SealRequest = Pick<OpenStack, 'prepared' | 'provider' | 'seal' | 'target'>;

/**
 * Stands for all that is desired together, where only the tool knows how many resources that makes. No
 * resource has this id.
 */
export const wholeStack: ResourceId = formatResourceId({ kind: '', scope: '', name: '' });

/**
 * Stands for what is desired of each resource, so that the store can tell a revision's changes from
 * drift without holding anything that is desired (P5).
 */
export function sealDesired(open: SealRequest): ReadonlyMap<ResourceId, string> {
  return new Map([...bodiesOf(open)].map(([id, body]) => [id, sealOne(id, body, open)]));
}

/** The same, each sealed when it is asked for: most of a plan is no change, which nobody asks about. */
export function sealWhenAsked(open: SealRequest): Pick<ReadonlyMap<ResourceId, string>, 'get'> {
  const bodies = bodiesOf(open);
  return {
    get(id) {
      const body = bodies.get(id);
      return body && sealOne(id, body, open);
    },
  };
}

function bodiesOf({ prepared, provider }: SealRequest): ReadonlyMap<ResourceId, JsonObject> {
  const bodies = new Map(prepared.resources.map(({ id, body }) => [id, body]));
  if (provider.applies === 'whole') {
    bodies.set(
      wholeStack,
      Object.fromEntries(prepared.resources.map(({ id, body }) => [id, body])),
    );
  }
  return bodies;
}

function sealOne(id: ResourceId, body: JsonObject, { seal, target }: SealRequest): string {
  return seal(formatJson(body), { target: target.name, id, path: [] });
}
