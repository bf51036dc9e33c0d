import type { Json } from '@trueup/diagnostics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ManualClock } from './testing/manual-clock.ts';
import {
  type Any,
  deployments,
  openSandbox,
  pods,
  type SandboxClient,
  workload,
} from './testing/sandbox-client.ts';

let client: SandboxClient;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  client = await openSandbox({ clock });
});

afterEach(() => client[Symbol.asyncDispose]());

async function items(path: string): Promise<Any[]> {
  return (await client.get(path)).items;
}

async function names(path: string): Promise<string[]> {
  return (await items(path)).map(({ metadata }: Any) => metadata.name);
}

function condition(object: Any, type: string): Any {
  return object.status?.conditions?.find((one: Any) => one.type === type);
}

const job: Json = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'image:1' }] },
    },
  },
};
const jobs = '/apis/batch/v1/namespaces/default/jobs';

describe('a Deployment', () => {
  it('becomes available, with pods that belong to it', async () => {
    await client.apply(
      `${deployments}/web`,
      workload('Deployment', 'web', { spec: { replicas: 2 } }),
    );
    await client.sandbox.settled();

    const web = await client.get(`${deployments}/web`);
    const [set] = await items('/apis/apps/v1/namespaces/default/replicasets');
    const running = await items(pods);

    expect(web.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(web.metadata).toMatchObject({
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    });
    expect(condition(web, 'Available').status).toBe('True');
    expect(set.metadata.ownerReferences).toMatchObject([
      { uid: web.metadata.uid, controller: true },
    ]);
    expect(running).toHaveLength(2);
    for (const pod of running) {
      expect(pod.metadata.ownerReferences).toMatchObject([
        { kind: 'ReplicaSet', uid: set.metadata.uid },
      ]);
      expect(pod.status.phase).toBe('Running');
      expect(condition(pod, 'Ready').status).toBe('True');
      expect(pod.spec.nodeName).toMatch(/^node-\d$/);
      expect(pod.spec.serviceAccountName).toBe('default');
      expect(pod.spec.containers[0].volumeMounts).toMatchObject([{ readOnly: true }]);
    }
  });

  it('rolls out, and back to a revision that is the newest then', async () => {
    await client.apply(
      `${deployments}/web`,
      workload('Deployment', 'web', { spec: { replicas: 3 } }),
    );
    await client.sandbox.settled();
    const before = await client.get(`${deployments}/web`);
    const image = (one: string): Json => ({
      spec: { template: { spec: { containers: [{ name: 'main', image: one }] } } },
    });

    await client.change(`${deployments}/web`, image('image:2'));
    await client.sandbox.settled();
    const rolled = await items(pods);
    await client.change(`${deployments}/web`, { spec: before.spec });
    await client.sandbox.settled();
    const web = await client.get(`${deployments}/web`);

    expect(rolled.map(({ spec }: Any) => spec.containers[0].image)).toEqual([
      'image:2',
      'image:2',
      'image:2',
    ]);
    expect(web.metadata.annotations['deployment.kubernetes.io/revision']).toBe('3');
    expect((await items(pods)).map(({ spec }: Any) => spec.containers[0].image)).toEqual([
      'image:1',
      'image:1',
      'image:1',
    ]);
  });

  it('keeps its old pods while new ones crash, and says so when the time is over', async () => {
    const crash = { labels: { 'testbed.trueup/pod': 'crash' } };
    const spec = { replicas: 2, progressDeadlineSeconds: 60 };
    await client.apply(`${deployments}/web`, workload('Deployment', 'web', { spec }));
    await client.sandbox.settled();

    await client.apply(`${deployments}/web`, workload('Deployment', 'web', { spec, ...crash }));
    await client.sandbox.settled();
    const during = await client.get(`${deployments}/web`);
    clock.advance(61_000);
    await client.sandbox.settled();
    const after = await client.get(`${deployments}/web`);

    expect(during.status).toMatchObject({
      availableReplicas: 2,
      updatedReplicas: 1,
      unavailableReplicas: 1,
    });
    expect(condition(during, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'ReplicaSetUpdated',
    });
    expect(condition(after, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
    const crashing = (await items(pods)).filter(
      ({ status }: Any) => !status.containerStatuses[0].ready,
    );
    expect(crashing[0].status.containerStatuses[0].state.waiting.reason).toBe('CrashLoopBackOff');
  });

  it('is scaled, paused and recreated', async () => {
    await client.apply(
      `${deployments}/web`,
      workload('Deployment', 'web', { spec: { replicas: 1, strategy: { type: 'Recreate' } } }),
    );
    await client.sandbox.settled();
    await client.change(`${deployments}/web/scale`, { spec: { replicas: 3 } });
    await client.sandbox.settled();
    expect(await items(pods)).toHaveLength(3);

    await client.change(`${deployments}/web`, {
      spec: { paused: true, template: { metadata: { annotations: { a: 'b' } } } },
    });
    await client.sandbox.settled();
    expect((await client.get(`${deployments}/web`)).status.updatedReplicas).toBeUndefined();

    await client.change(`${deployments}/web`, { spec: { paused: false } });
    await client.sandbox.settled();
    expect((await client.get(`${deployments}/web`)).status).toMatchObject({
      updatedReplicas: 3,
      availableReplicas: 3,
    });
  });
});

describe('other workloads', () => {
  it('number the pods of a StatefulSet and give them volumes', async () => {
    const path = '/apis/apps/v1/namespaces/default/statefulsets/db';
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    await client.apply(
      path,
      workload('StatefulSet', 'db', {
        spec: { serviceName: 'db', replicas: 2, volumeClaimTemplates: [claim] },
      }),
    );
    await client.sandbox.settled();

    expect(await names(pods)).toEqual(['db-0', 'db-1']);
    const claims = await items('/api/v1/namespaces/default/persistentvolumeclaims');
    expect(claims.map((one) => [one.metadata.name, one.status.phase])).toEqual([
      ['data-db-0', 'Bound'],
      ['data-db-1', 'Bound'],
    ]);

    await client.change(path, { spec: { template: { metadata: { annotations: { a: 'b' } } } } });
    await client.sandbox.settled();
    const { status } = await client.get(path);
    expect(status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
    expect(status.currentRevision).toBe(status.updateRevision);

    await client.change(path, { spec: { replicas: 1 } });
    await client.sandbox.settled();
    expect(await names(pods)).toEqual(['db-0']);
  });

  it('put a pod of a DaemonSet on each node, and replace them', async () => {
    const path = '/apis/apps/v1/namespaces/default/daemonsets/agent';
    await client.apply(path, workload('DaemonSet', 'agent'));
    await client.sandbox.settled();
    const nodes = (await items(pods)).map(({ spec }: Any) => spec.nodeName).sort();

    await client.change(path, { spec: { template: { metadata: { annotations: { a: 'b' } } } } });
    await client.sandbox.settled();
    const { status } = await client.get(path);

    expect(nodes).toEqual(['node-1', 'node-2', 'node-3']);
    expect(status).toMatchObject({
      desiredNumberScheduled: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
  });

  it('let Jobs complete, fail, and go when their time is over', async () => {
    const crash = {
      template: { metadata: { labels: { 'testbed.trueup/pod': 'crash' } } },
      backoffLimit: 1,
    };
    const { spec } = job as Any;
    await client.apply(`${jobs}/work`, {
      ...(job as Any),
      spec: { ...spec, completions: 3, parallelism: 2, ttlSecondsAfterFinished: 30 },
    });
    await client.apply(`${jobs}/doomed`, {
      ...(job as Any),
      metadata: { name: 'doomed' },
      spec: { ...spec, ...crash, template: { ...crash.template, spec: spec.template.spec } },
    });
    await client.sandbox.settled();
    const done = await client.get(`${jobs}/work`);
    const failed = await client.get(`${jobs}/doomed`);

    clock.advance(31_000);
    await client.sandbox.settled();

    expect(done.status).toMatchObject({ succeeded: 3, completionTime: expect.any(String) });
    expect(condition(done, 'Complete').status).toBe('True');
    expect(failed.status.failed).toBe(2);
    expect(condition(failed, 'Failed')).toMatchObject({
      status: 'True',
      reason: 'BackoffLimitExceeded',
    });
    expect(await names(jobs)).toEqual(['doomed']);
  });

  it('count how many pods a disruption budget can spare', async () => {
    const path = '/apis/policy/v1/namespaces/default/poddisruptionbudgets/web';
    await client.apply(path, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } },
    });
    await client.apply(
      `${deployments}/web`,
      workload('Deployment', 'web', { spec: { replicas: 3 } }),
    );
    await client.sandbox.settled();

    expect((await client.get(path)).status).toMatchObject({
      observedGeneration: 1,
      expectedPods: 3,
      currentHealthy: 3,
      desiredHealthy: 2,
      disruptionsAllowed: 1,
    });
  });
});

describe('pods that take their time', () => {
  it('become ready when it is over', async () => {
    const slow = new ManualClock();
    await using other = await openSandbox({ clock: slow, podStartMs: 5000 });
    await other.apply(`${deployments}/web`, workload('Deployment', 'web'));
    await other.sandbox.settled();
    const before = await other.get(`${deployments}/web`);

    slow.advance(5000);
    await other.sandbox.settled();

    expect(before.status.availableReplicas).toBeUndefined();
    expect((await other.get(`${deployments}/web`)).status.availableReplicas).toBe(1);
  });
});
