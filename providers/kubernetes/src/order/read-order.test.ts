import type { Json, JsonObject } from '@trueup/diagnostics';
import { describe, expect, it } from 'vitest';

import { rankOf } from './rank-kinds.ts';
import { readOrder } from './read-order.ts';

function object(kind: string, annotations: Json = {}, apiVersion = 'v1'): JsonObject {
  return { apiVersion, kind, metadata: { name: 'x', annotations } };
}

const job = (annotations: Json) => object('Job', annotations, 'batch/v1');

describe('readOrder', () => {
  it.each<[string, JsonObject, string]>([
    ['nothing', object('ConfigMap'), '0 undefined'],
    ['a sync wave', object('ConfigMap', { 'argocd.argoproj.io/sync-wave': '-5' }), '-5 undefined'],
    [
      'a wave that is none',
      object('ConfigMap', { 'argocd.argoproj.io/sync-wave': 'soon' }),
      '0 undefined',
    ],
    ['PreSync', job({ 'argocd.argoproj.io/hook': 'PreSync' }), '-1000000 always'],
    [
      'PostSync in a wave',
      job({ 'argocd.argoproj.io/hook': 'PostSync', 'argocd.argoproj.io/sync-wave': '3' }),
      '1000003 always',
    ],
    ['Sync', job({ 'argocd.argoproj.io/hook': 'Sync' }), '0 always'],
    ['SyncFail', job({ 'argocd.argoproj.io/hook': 'SyncFail' }), 'left out'],
    ['Skip', job({ 'argocd.argoproj.io/hook': 'Skip' }), 'left out'],
    [
      'pre-install',
      job({ 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '-2' }),
      '-1000002 changed',
    ],
    [
      'pre-install, pre-upgrade',
      job({ 'helm.sh/hook': 'pre-install, pre-upgrade' }),
      '-1000000 always',
    ],
    ['post-upgrade', job({ 'helm.sh/hook': 'post-upgrade' }), '1000000 always'],
    ['test', job({ 'helm.sh/hook': 'test' }), 'left out'],
    ['pre-delete', job({ 'helm.sh/hook': 'pre-delete' }), 'left out'],
    ['crd-install', object('ConfigMap', { 'helm.sh/hook': 'crd-install' }), '0 undefined'],
    [
      'a config map for a hook',
      object('ConfigMap', { 'helm.sh/hook': 'pre-install' }),
      '-1000000 undefined',
    ],
  ])('reads %s', (_name, body, expected) => {
    const order = readOrder(body);

    expect(order ? `${order.position.wave} ${order.executes}` : 'left out').toBe(expected);
  });

  it('reads what people name as needed', () => {
    const annotation =
      'apps/namespaces/shop/Deployment/web, /namespaces/shop/Service/db, rbac.authorization.k8s.io/ClusterRole/reader, nonsense';

    const order = readOrder(object('ConfigMap', { 'config.kubernetes.io/depends-on': annotation }));

    expect(order?.dependsOn).toEqual([
      'Deployment.apps/shop/web',
      'Service/shop/db',
      'ClusterRole.rbac.authorization.k8s.io//reader',
    ]);
  });
});

it('puts first what others need to be there, and last what guards them', () => {
  const kinds = [
    ['', 'Namespace'],
    ['storage.k8s.io', 'StorageClass'],
    ['', 'ServiceAccount'],
    ['rbac.authorization.k8s.io', 'RoleBinding'],
    ['', 'ConfigMap'],
    ['', 'Service'],
    ['apps', 'Deployment'],
    ['batch', 'Job'],
    ['example.com', 'Service'],
    ['networking.k8s.io', 'Ingress'],
    ['admissionregistration.k8s.io', 'ValidatingWebhookConfiguration'],
  ] as const;

  const ranks = kinds.map(([group, kind]) => rankOf({ group, kind }));

  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(new Set(ranks).size).toBe(ranks.length);
  expect(rankOf({ group: '', kind: 'Namespace' })).toBe(
    rankOf({ group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' }),
  );
});
