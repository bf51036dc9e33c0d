import { type Change, parseResourceId, type ResourceId } from '@trueup/provider-sdk';

import type { HostPermit } from '../ansible-client.ts';

/** For each host that has something to do: which tasks may do it, and which of the plan's may not. */
export function permitHosts(
  steps: readonly Change[],
  planned: readonly string[],
): Readonly<Record<string, HostPermit>> {
  const hosts = new Map<string, { allow: string[]; held: string[]; opaque: string[] }>();
  const given = new Set<string>(steps.map(({ id }) => id));
  for (const { id, confidence } of steps) {
    const { scope, name } = parseResourceId(id);
    const permit = hosts.get(scope) ?? { allow: [], held: [], opaque: [] };
    hosts.set(scope, permit);
    permit.allow.push(name);
    if (confidence === 'opaque') permit.opaque.push(name);
  }
  for (const id of planned.filter((one) => !given.has(one))) {
    const { scope, name } = parseResourceId(asId(id));
    const permit = hosts.get(scope);
    if (permit && !permit.allow.includes(name)) permit.held.push(name);
  }
  return Object.fromEntries(hosts);
}

function asId(text: string): ResourceId {
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: it was an id when the plan was packed.
  return text as ResourceId;
}
