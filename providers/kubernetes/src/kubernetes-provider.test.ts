import { readObject, readText } from '@trueup/diagnostics';
import { createPlainRenderer } from '@trueup/manifests';
import { parseResourceId } from '@trueup/provider-sdk';
import {
  createMemoryFiles,
  describeProvider,
  type ProviderAbilities,
  type ProviderFixture,
} from '@trueup/provider-sdk/testing';

import { KubernetesApiError, type ObjectPlace } from './kubernetes-client.ts';
import { createKubernetesProvider, type KubernetesProvider } from './kubernetes-provider.ts';
import { groupKindOf } from './order/resource-kind.ts';
import { FakeKubernetesClient } from './testing/fake-kubernetes-client.ts';

const abilities: ProviderAbilities = {
  marks: true,
  versions: true,
  watch: true,
  leases: true,
  deletes: true,
  foreign: true,
  applies: 'changes',
};

describeProvider('kubernetes by lists', () => openFixture(false), abilities);
describeProvider('kubernetes by watches', () => openFixture(true), abilities);

const secret = 'open sesame "42"';

const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: default }
data: { network: "\${{ trueup.inputs.network }}", mode: fast }
---
apiVersion: v1
kind: Secret
metadata: { name: password, namespace: default }
stringData: { password: ${JSON.stringify(secret)}, other: "\${{ trueup.inputs.password }}" }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reader, annotations: { argocd.argoproj.io/sync-wave: "1" } }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
  annotations: { argocd.argoproj.io/sync-wave: "2", trueup.dev/output.port: "spec.ports[0].port" }
spec: { ports: [{ port: 80 }] }
---
apiVersion: batch/v1
kind: Job
metadata:
  name: seed
  namespace: default
  annotations: { helm.sh/hook: post-install }
spec: { template: { spec: { containers: [{ name: seed, image: seed }] } } }
---
apiVersion: batch/v1
kind: Job
metadata:
  name: ping
  namespace: default
  annotations: { argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/sync-wave: "1" }
spec: { template: { spec: { containers: [{ name: ping, image: ping }] } } }
`;

async function openFixture(watch: boolean): Promise<ProviderFixture> {
  const client = new FakeKubernetesClient();
  const refused = new Set<string>();
  client.admit = (object, { dryRun }) => {
    const name = `${readText(object, 'kind')}/${readText(object, 'metadata', 'name')}`;
    if (!dryRun && refused.delete(name)) throw new KubernetesApiError(422, 'Invalid', ['data']);
    return object['kind'] === 'Job' ? completed(object) : object;
  };
  const providers: KubernetesProvider[] = [];
  const start = () => {
    const provider = createKubernetesProvider({
      connections: { kubeconfigs: [], programs: { searchPath: '', environment: {} } },
      renderers: [createPlainRenderer()],
      watch,
      connect: async () => ({ client, namespace: 'default' }),
      now: () => new Date('2026-01-01T00:00:00Z'),
    });
    providers.push(provider);
    return provider;
  };
  let disturbances = 0;
  return {
    provider: start(),
    restart: start,
    target: { name: 'staging', settings: { context: 'staging' } },
    files: createMemoryFiles({ 'shop/all.yaml': manifests }),
    stack: {
      name: 'shop/web',
      path: 'shop',
      settings: { namespace: 'default' },
      owner: 'mark-of-web',
      formerOwners: ['mark-of-before'],
    },
    inputs: {
      network: { value: 'vpc-4711', sensitive: false },
      password: { value: 'correct horse', sensitive: true },
    },
    secret,
    countWrites: () => client.writes,
    async disturb(id) {
      disturbances += 1;
      client.edit(placeOf(client, id), (body) => disturbed(body, disturbances));
      await settle();
    },
    async intrude(id) {
      client.edit(placeOf(client, id), (body) => annotated(body, secret), 'mallory');
      await settle();
    },
    async refuse(id) {
      const { name } = parseResourceId(id);
      refused.add(`${groupKindOf(id).kind}/${name}`);
    },
    freeze: async () => client.freeze(),
    unplug: async () => client.unplug(),
    async close() {
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}

/** Lets watches see what happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function placeOf(client: FakeKubernetesClient, id: Parameters<typeof groupKindOf>[0]): ObjectPlace {
  const { group, kind } = groupKindOf(id);
  const found = client.kinds.find((one) => one.group === group && one.kind === kind);
  if (!found) throw new Error(`${kind} is no fake kind.`);
  const { scope, name } = parseResourceId(id);
  return { kind: found, namespace: scope, name };
}

function disturbed(body: Record<string, unknown> | object, count: number) {
  const metadata = readObject(body, 'metadata');
  const annotations = readObject(metadata, 'annotations');
  const labels = { ...readObject(metadata, 'labels') };
  const stack = `disturbed-${count}`;
  return {
    ...body,
    metadata: { ...metadata, labels, annotations: { ...annotations, 'trueup.dev/stack': stack } },
  };
}

function annotated(body: object, value: string) {
  const metadata = readObject(body, 'metadata');
  const annotations = readObject(metadata, 'annotations');
  const copy = 'kubectl.kubernetes.io/last-applied-configuration';
  return { ...body, metadata: { ...metadata, annotations: { ...annotations, [copy]: value } } };
}

function completed(job: object) {
  return { ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
}
