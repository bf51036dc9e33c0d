import type { Run } from '@trueup/api';
import { describe, expect, it } from 'vitest';
import { clusters } from './harness/cluster.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap, job, project } from './harness/manifests.ts';

describe.each(clusters)('kill -9 on %s', (_name, open) => {
  it.each(['queued', 'planning'])('while a run is %s loses nothing', async (phase) => {
    await using here = await install(open);
    const { context } = here.cluster;
    await here.push({ 'trueup.yaml': project({ context, rules, stacks: [] }) });
    const killed = killAt(here, phase);
    const revision = here.remote.push(filesOf(here));
    await here.hint();
    await killed;

    await here.start();
    const waiting = await here.runIn('shop', revision, 'awaiting-approval');
    await here.approve(waiting);

    expect(await lookAtAll(here, revision)).toEqual(allDone);
  });

  it.each(['applying', 'settling', 'verifying'])(
    'while a run is %s doubles nothing, and asks for no second approval',
    async (phase) => {
      await using here = await install(open);
      const revision = await here.push(filesOf(here));
      const waiting = await here.runIn('shop', revision, 'awaiting-approval');
      const killed = killAt(here, phase);
      await here.approve(waiting);
      await killed;
      const hook = await here.get('batch/v1/jobs/migrate');

      await here.start();
      const run = await here.runIn('shop', revision, 'succeeded', 'held', 'awaiting-approval');

      expect(run.id).toBe(waiting.id);
      expect(await lookAtAll(here, revision)).toEqual(allDone);
      const after = await here.get('batch/v1/jobs/migrate');
      expect(hook === undefined || after.metadata.uid === hook.metadata.uid).toBe(true);
    },
  );
});

const rules = 'rules:\n  - { stacks: ["*"], approvals: { count: 1 } }';

function filesOf({ namespace, cluster }: Installation): Record<string, string> {
  const hook =
    '{ argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation }';
  return {
    'trueup.yaml': project({ context: cluster.context, rules }),
    'shop/a.yaml': configMap(namespace, 'a', 'one'),
    'shop/b.yaml': wave(1, configMap(namespace, 'b', 'one')),
    'shop/c.yaml': wave(2, configMap(namespace, 'c', 'one')),
    'shop/hook.yaml': job(namespace, 'migrate', hook),
  };
}

/** What the run brought about: the values, how many of us wrote each, and the words it took. */
async function lookAtAll(here: Installation, revision: string): Promise<unknown> {
  const run = await endOf(here, revision);
  const maps = await Promise.all(['a', 'b', 'c'].map((name) => here.get(`configmaps/${name}`)));
  const hook = await here.get('batch/v1/jobs/migrate');
  const approvals = await here.api.approvals({ params: { run: run.id } });
  return {
    values: maps.map(({ data }) => data.value),
    writers: maps.map(({ metadata }) => metadata.managedFields.length),
    hook: hook !== undefined,
    approvals: approvals.items.length,
  };
}

/** A hook that had begun, and of which nobody knows how far it came, waits for a person's word. */
async function endOf(here: Installation, revision: string): Promise<Run> {
  const run = await here.runIn('shop', revision, 'succeeded', 'held');
  if (run.phase.name === 'succeeded') return run;
  const hook = await here.get('batch/v1/jobs/migrate');
  const doubt = hook?.status?.succeeded ? 'done' : 'repeat';
  await here.api.resume({ params: { run: run.id }, body: { doubt } });
  return await here.succeeded('shop', revision);
}

const allDone = {
  values: ['one', 'one', 'one'],
  writers: [1, 1, 1],
  hook: true,
  approvals: 1,
};

/** Ends the server as soon as a run of the stack enters the phase. */
async function killAt(here: Installation, phase: string): Promise<void> {
  const abort = new AbortController();
  try {
    for await (const { type } of here.api.events({ signal: abort.signal })) {
      if ([`run:${phase}`, 'run:succeeded', 'run:failed', 'run:held'].includes(type)) break;
    }
  } finally {
    await here.kill();
    abort.abort();
  }
}

function wave(number: number, manifest: string): string {
  return manifest.replace(
    'metadata:\n',
    `metadata:\n  annotations: { argocd.argoproj.io/sync-wave: "${number}" }\n`,
  );
}
