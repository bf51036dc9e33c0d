/** Furnishes new namespaces, and empties those that are being deleted until nothing holds them. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import { type Draft, ensureDraft, toDraft } from '../object/draft.ts';
import { readList } from '../object/read-fields.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { finalizersOf } from '../validation/validate-metadata.ts';
import { type Condition, nextCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { find, isBeingDeleted, type Known } from './owned-objects.ts';

const namespaces = '/namespaces';

const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export function createNamespaceController(context: ControllerContext): Controller {
  const { store } = context.cluster;
  return {
    concerns: ({ object, type }) => {
      if (object.resource === namespaces) return type === 'DELETED' ? [] : [object];
      const own = { resource: namespaces, namespace: '', name: object.namespace };
      const known = object.namespace === '' ? undefined : store.get(own);
      const isEmptied = known && type !== 'ADDED' && isBeingDeleted(store.valueOf(known));
      const isMissed = type === 'DELETED' && isFurniture(object);
      return isEmptied || isMissed ? [own] : [];
    },
    reconcile: (identity) => {
      const namespace = find(context.cluster, identity);
      if (!namespace) return;
      if (isBeingDeleted(namespace.value)) empty(context, namespace);
      else furnish(context, namespace);
    },
  };
}

function isFurniture({ resource, name }: StoredObject): boolean {
  return (
    (resource === '/serviceaccounts' && name === 'default') ||
    (resource === '/configmaps' && name === 'kube-root-ca.crt')
  );
}

function furnish({ cluster, client }: ControllerContext, { stored }: Known): void {
  const namespace = stored.name;
  if (!cluster.store.get({ resource: '/configmaps', namespace, name: 'kube-root-ca.crt' })) {
    client.create('/configmaps', namespace, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        annotations: { 'kubernetes.io/description': description },
      },
      data: { 'ca.crt': '' },
    });
  }
  if (!cluster.store.get({ resource: '/serviceaccounts', namespace, name: 'default' })) {
    client.create('/serviceaccounts', namespace, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
  }
}

function empty(context: ControllerContext, namespace: Known): void {
  const { cluster, client } = context;
  const name = namespace.stored.name;
  for (const one of contentOf(context, name)) {
    if (!isBeingDeleted(cluster.store.valueOf(one))) client.delete(one, { gracePeriodSeconds: 0 });
  }
  const left = contentOf(context, name);
  if (left.length > 0) reportContent(context, namespace, left);
  else finalize(context, namespace);
}

function contentOf({ cluster }: ControllerContext, namespace: string): readonly StoredObject[] {
  return cluster.store.resources().flatMap((resource) => cluster.store.list(resource, namespace));
}

function finalize({ cluster }: ControllerContext, { stored }: Known): void {
  const fresh = cluster.store.get(stored);
  if (!fresh) return;
  const draft = toDraft(cluster.store.valueOf(fresh));
  const others = readList(draft, 'spec', 'finalizers').filter((one) => one !== 'kubernetes');
  const isFree = others.length === 0 && finalizersOf(ensureDraft(draft, 'metadata')).length === 0;
  if (isFree) {
    cluster.store.remove(fresh);
    return;
  }
  if (others.length === readList(draft, 'spec', 'finalizers').length) return;
  const spec = ensureDraft(draft, 'spec');
  delete spec['finalizers'];
  cluster.store.put(fresh.resource, draft);
}

function reportContent(
  { cluster, client }: ControllerContext,
  { stored, value }: Known,
  left: readonly StoredObject[],
): void {
  const fresh = cluster.store.get(stored);
  if (!fresh) return;
  const now = formatTime(cluster.clock.now());
  const conditions = deletionConditions(cluster, left).map((condition): Draft => {
    const { lastUpdateTime: _updated, ...rest } = nextCondition(value, condition, now);
    return rest;
  });
  client.updateStatus(fresh, { phase: 'Terminating', conditions });
}

function deletionConditions(
  cluster: ControllerContext['cluster'],
  left: readonly StoredObject[],
): readonly Condition[] {
  const clear = (type: string, reason: string, message: string): Condition => ({
    type,
    status: 'False',
    reason,
    message,
  });
  return [
    clear(
      'NamespaceDeletionDiscoveryFailure',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    clear(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    clear(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    {
      type: 'NamespaceContentRemaining',
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${countBy(left, ({ resource }) => qualified(resource))
        .map(([name, count]) => `${name} has ${count} resource instances`)
        .join(', ')}`,
    },
    finalizersCondition(left.map((one) => cluster.store.valueOf(one))),
  ];
}

function finalizersCondition(left: readonly JsonObject[]): Condition {
  const names = left.flatMap((value) => [
    ...new Set(readList(value, 'metadata', 'finalizers').filter((one) => typeof one === 'string')),
  ]);
  if (names.length === 0) {
    const message = 'All content-preserving finalizers finished';
    return {
      type: 'NamespaceFinalizersRemaining',
      status: 'False',
      reason: 'ContentHasNoFinalizers',
      message,
    };
  }
  const listed = countBy(names, (one) => one).map(
    ([name, count]) => `${name} in ${count} resource instances`,
  );
  const message = `Some content in the namespace has finalizers remaining: ${listed.join(', ')}`;
  return {
    type: 'NamespaceFinalizersRemaining',
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message,
  };
}

function countBy<T>(list: readonly T[], key: (one: T) => string): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function qualified(resource: string): string {
  const [group, name] = resource.split('/');
  return `${name}.${group}`;
}
