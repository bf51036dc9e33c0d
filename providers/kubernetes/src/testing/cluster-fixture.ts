/** The conformance suite's fixture on a cluster that answers over HTTP: a sandbox, or a real one. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { JsonObject } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import { parseResourceId, type ResourceId, type Target } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  type ProviderAbilities,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import type { ClusterAccess } from '../client/cluster-access.ts';
import { type HttpConnection, openHttpConnection } from '../client/http-connection.ts';
import { objectPath } from '../client/object-path.ts';
import { openKubernetesClient } from '../client/open-kubernetes-client.ts';
import type { KubernetesClient, ObjectPlace } from '../kubernetes-client.ts';
import { createKubernetesProvider, type KubernetesProvider } from '../kubernetes-provider.ts';
import { ownerLabel } from '../marks/marks.ts';
import { groupKindOf } from '../order/resource-kind.ts';
import { resourceVersionOf, Script, scriptClient } from './scripted-client.ts';
import { shopManifests } from './shop-manifests.ts';

export const clusterAbilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: true,
  leases: true,
  deletes: true,
  foreign: true,
  applies: 'changes',
};

const clientOptions = {
  concurrency: 16,
  requestTimeoutMs: 30_000,
  watchIdleMs: 90_000,
  exec: { searchPath: '', environment: {} },
  random: () => 0.5,
};
const forever = new AbortController().signal;

export async function openClusterFixture(
  access: ClusterAccess,
  watch: boolean,
): Promise<ProviderFixture> {
  const name = `t-${randomUUID().slice(0, 8)}`;
  const secret = `open sesame "${name}"`;
  const raw = openKubernetesClient(access, clientOptions);
  const http = openHttpConnection(access, clientOptions);
  await raw.create(await placeOf(raw, 'Namespace//x' as ResourceId, name), namespaceBody(name), {
    fieldManager: 'test',
    dryRun: false,
    signal: forever,
  });
  const script = new Script();
  script.onWrite = (place, body) => completeJob(http, place, body);
  const target: Target = { name: 'staging', settings: { context: 'staging' } };
  const providers: KubernetesProvider[] = [];
  const start = () => {
    const provider = createKubernetesProvider({
      connections: { kubeconfigs: [], programs: clientOptions.exec },
      renderers: [createPlainRenderer()],
      watch,
      connect: async () => {
        const client = openKubernetesClient(access, clientOptions);
        return { client: scriptClient(client, script), namespace: name };
      },
    });
    providers.push(provider);
    return provider;
  };
  const provider = start();
  const owner = `mark-${name}`;
  const patch = async (id: ResourceId, metadata: JsonObject, fieldManager: string) => {
    const place = await placeOf(raw, id);
    const body = await raw.mergePatch(
      place,
      { metadata },
      {
        fieldManager,
        dryRun: false,
        signal: forever,
      },
    );
    await seen(provider, { target, id, version: resourceVersionOf(body) });
  };
  let disturbances = 0;
  return {
    provider,
    restart: start,
    target,
    files: createMemoryFiles({
      'shop/all.yaml': shopManifests({ namespace: name, prefix: `${name}-`, secret }),
    }),
    stack: { name: 'shop/web', path: 'shop', settings: {}, owner, formerOwners: [`${owner}-old`] },
    inputs: {
      network: { value: 'vpc-4711', sensitive: false },
      password: { value: 'correct horse', sensitive: true },
    },
    secret,
    countWrites: () => script.writes,
    disturb(id) {
      disturbances += 1;
      const annotations = { 'trueup.dev/stack': `disturbed-${disturbances}` };
      return patch(id, { annotations }, 'kubectl-edit');
    },
    intrude: (id) =>
      patch(
        id,
        { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': secret } },
        'mallory',
      ),
    async refuse(id) {
      script.refused.add(`${groupKindOf(id).kind}/${parseResourceId(id).name}`);
    },
    async freeze() {
      script.frozen = true;
    },
    async unplug() {
      script.unplugged = true;
    },
    async close() {
      await Promise.all(providers.map((one) => one.close()));
      await cleanUp(raw, name, owner);
      await Promise.all([raw.close(), http.close()]);
    },
  };
}

function namespaceBody(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function placeOf(
  client: KubernetesClient,
  id: ResourceId,
  name = parseResourceId(id).name,
): Promise<ObjectPlace> {
  const kind = await client.findKind(groupKindOf(id), forever);
  if (!kind) throw new Error(`${id}: its kind is unknown.`);
  return { kind, namespace: parseResourceId(id).scope, name };
}

/** A watch learns of a write some time after its answer; what is tested is what comes after that. */
async function seen(
  provider: KubernetesProvider,
  { target, id, version }: { target: Target; id: ResourceId; version: string | undefined },
): Promise<void> {
  const call = { signal: AbortSignal.timeout(5000), seal: () => '' };
  for (;;) {
    const [observed] = await provider.observe(target, { ids: [id] }, call);
    if (resourceVersionOf(observed?.body) === version) return;
    await delay(5);
  }
}

/** There may be no controllers, and kubelets of none: jobs end at once here. */
async function completeJob(
  http: HttpConnection,
  place: ObjectPlace,
  body: JsonObject,
): Promise<void> {
  if (place.kind.kind !== 'Job' || body['status'] === 'done') return;
  const at = new Date(Date.now() - 1000).toISOString().replace(/\.\d+/, '');
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: at });
  const status = {
    startTime: at,
    completionTime: at,
    succeeded: 1,
    active: 0,
    conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
  };
  await http.call({
    method: 'PATCH',
    path: `${objectPath(place)}/status`,
    contentType: 'application/merge-patch+json',
    body: JSON.stringify({ status }),
    purpose: 'patch',
    canRepeat: false,
    signal: forever,
  });
}

async function cleanUp(client: KubernetesClient, name: string, owner: string): Promise<void> {
  const signal = forever;
  for (const wanted of [
    { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
    { group: '', kind: 'Secret' },
    { group: '', kind: 'ConfigMap' },
    { group: '', kind: 'Service' },
    { group: 'batch', kind: 'Job' },
  ]) {
    const kind = await client.findKind(wanted, signal);
    if (!kind) continue;
    const { items } = await client.list(
      { kind, labelSelector: `${ownerLabel} in (${owner},${owner}x)` },
      signal,
    );
    for (const { metadata } of items as readonly {
      metadata: { name: string; namespace?: string };
    }[]) {
      const place = { kind, namespace: metadata.namespace ?? '', name: metadata.name };
      await client.delete(place, { propagation: 'Background', signal });
    }
  }
  await client.delete(await placeOf(client, 'Namespace//x' as ResourceId, name), {
    propagation: 'Background',
    signal,
  });
}
