/** Which hosts a plan is about, beside those that the stack had. */
import { type Diagnostic, isJsonObject } from '@trueup/diagnostics';
import {
  type Change,
  type DesiredResource,
  type PlanRequest,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import { isOutput } from '../observe/observe-outputs.ts';

/** Steps on hosts that are new come first: that there is another host matters more than any step. */
export function hostsInOrder(
  { inventory }: PlanRequest,
  changes: readonly Change[],
): readonly Change[] {
  const known = new Set(hostsOf(inventory));
  const isNew = ({ id }: Change): boolean =>
    known.size > 0 && !known.has(parseResourceId(id).scope);
  return [...changes.filter(isNew), ...changes.filter((change) => !isNew(change))];
}

/** The most important line of a plan, hence the first of its remarks. */
export function compareHosts({ inventory, prepared }: PlanRequest): readonly Diagnostic[] {
  const before = new Set(hostsOf(inventory));
  const after = new Set(hostsOf(prepared.resources.map(({ id }) => id)));
  const added = [...after.difference(before)].sort();
  const removed = [...before.difference(after)].sort();
  if (before.size === 0 || after.size === 0 || added.length + removed.length === 0) return [];
  const named = [...added.map((host) => `+${host}`), ...removed.map((host) => `-${host}`)];
  const more = named.length > 20 ? ` and ${named.length - 20} more` : '';
  return [
    {
      severity: 'warning',
      code: 'ANSIBLE_HOSTS_CHANGED',
      path: ['hosts'],
      summary: `the set of hosts changes: ${named.slice(0, 20).join(', ')}${more}`,
    },
  ];
}

function hostsOf(ids: readonly ResourceId[]): readonly string[] {
  return ids.filter((id) => !isOutput(id)).map((id) => parseResourceId(id).scope);
}

/** An approval for three hosts is none for four, nor for another machine behind a known name. */
export function identityOf(resources: readonly Pick<DesiredResource, 'id' | 'body'>[]): string {
  const steps = resources.filter(({ id }) => !isOutput(id));
  const hosts = steps.map(({ id, body }) => {
    const address = isJsonObject(body) ? body['address'] : undefined;
    const { scope } = parseResourceId(id);
    return typeof address === 'string' && address !== scope ? `${scope}=${address}` : scope;
  });
  return `hosts:${[...new Set(hosts)].sort().join(',')}`;
}
