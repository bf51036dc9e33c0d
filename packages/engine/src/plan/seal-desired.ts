import { formatJson } from '@trueup/diagnostics';
import type { ResourceId } from '@trueup/provider-sdk';

import type { OpenStack } from '../run/run-ports.ts';

/**
 * Stands for what is desired of each resource, so that the store can tell a revision's changes from
 * drift without holding anything that is desired (P5).
 */
export function sealDesired({
  prepared,
  seal,
  target,
}: Pick<OpenStack, 'prepared' | 'seal' | 'target'>): ReadonlyMap<ResourceId, string> {
  return new Map(
    prepared.resources.map(({ id, body }) => [
      id,
      seal(formatJson(body), { target: target.name, id, path: [] }),
    ]),
  );
}
