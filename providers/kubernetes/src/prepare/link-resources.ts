/** Adds to each resource what it needs of its own stack: its namespace, the definition of its kind. */
import {
  type DesiredResource,
  formatResourceId,
  parseResourceId,
  type ResourceId,
} from '@trueup/provider-sdk';

import type { Scope } from './find-scopes.ts';

export function linkResources(
  resources: readonly DesiredResource[],
  scopes: ReadonlyMap<string, Scope>,
): readonly DesiredResource[] {
  const present = new Set(resources.map(({ id }) => id));
  return resources.map((resource) => {
    const needed = [...resource.dependsOn, ...needsOf(resource.id, scopes)];
    const links = [...new Set(needed)].filter((id) => present.has(id) && id !== resource.id);
    return { ...resource, dependsOn: links };
  });
}

function needsOf(id: ResourceId, scopes: ReadonlyMap<string, Scope>): readonly ResourceId[] {
  const { kind, scope } = parseResourceId(id);
  const definition = scopes.get(kind)?.definedBy;
  return [
    ...(scope === '' ? [] : [namespaceId(scope)]),
    ...(definition === undefined ? [] : [definitionId(definition)]),
  ];
}

export function namespaceId(name: string): ResourceId {
  return formatResourceId({ kind: 'Namespace', scope: '', name });
}

export function definitionId(name: string): ResourceId {
  return formatResourceId({
    kind: 'CustomResourceDefinition.apiextensions.k8s.io',
    scope: '',
    name,
  });
}
