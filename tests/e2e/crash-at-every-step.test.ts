/**
 * P4: a server is killed (`kill -9`) at each commit to the journal of a run, right before and right
 * after it, is started again, and brings the run to the same end: nothing happens twice, and nobody is
 * asked for a second approval.
 */
import { type Run, UnreachableError } from '@trueup/api';
import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import { EffectLog, valueAnnotation } from './harness/effect-log.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap, inWave, preSyncHook, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';
import type { CrashPoint } from './harness/server-process.ts';

/** Fewer would say that the run has lost steps, or that the crashes no longer hit. */
const fewestSteps = 10;

describe.each(clusters)('on %s', (_name, open) => {
  it.concurrent.each(['before', 'after'] as const)(
    'killed %s each commit of a run, a server converges',
    async (moment) => {
      await using here = await install(open);
      using effects = await EffectLog.open(here);

      let converged: Converged;
      let commits = 0;
      do {
        commits += 1;
        converged = await crashAndConverge(here, effects, { moment, commit: commits });
        expect(converged, `commit ${commits}`).toMatchObject({ end: 'succeeded', approvals: 1 });
      } while (converged.crashed);

      expect(commits).toBeGreaterThan(fewestSteps);
      const once = Object.values(effects.all()).map(() => ({ a: 1, b: 1, migrate: 1 }));
      expect(Object.values(effects.all())).toEqual(once);
    },
    900_000,
  );
});

interface Converged {
  /** False when the run came to its end before. */
  readonly crashed: boolean;
  readonly end: string | undefined;
  readonly approvals: number;
}

async function crashAndConverge(
  here: Installation,
  effects: EffectLog,
  point: CrashPoint,
): Promise<Converged> {
  const value = `${point.moment}-${point.commit}`;
  here.server?.crashAt(point);
  const revision = here.remote.push(filesOf(here, value));
  // It may be killed by what this begins.
  await here.hint().catch(() => undefined);

  const survived = await seeThrough(here, revision, value);
  if (!survived) await here.start();
  const run = survived ?? (await seeThrough(here, revision, value));

  await effects.of(value, ['a', 'b', 'migrate']);
  const { items } = await here.api.approvals({ params: { run: run?.id ?? '' } });
  return { crashed: survived === undefined, end: run?.phase.name, approvals: items.length };
}

/** As people would see the run through: `undefined` when the server ended under them. */
async function seeThrough(
  here: Installation,
  revision: string,
  value: string,
): Promise<Run | undefined> {
  try {
    for (;;) {
      const run = await here.runIn('shop', revision, 'awaiting-approval', 'held', 'succeeded');
      if (run.phase.name === 'succeeded') return run;
      if (run.phase.name === 'held' && run.phase.reason !== 'in-doubt') return run;
      if (run.phase.name === 'held') await sayWhatBecameOfTheHook(here, run, value);
      else await approveOnce(here, run);
      await poll('it goes on', async () => {
        const { phase } = await here.api.run({ params: { run: run.id } });
        return phase.name !== run.phase.name;
      });
    }
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    await here.server?.ended;
    return undefined;
  }
}

/** One that was given before the crash has to do. */
async function approveOnce(here: Installation, run: Run): Promise<void> {
  const { items } = await here.api.approvals({ params: { run: run.id } });
  if (items.length === 0) await here.approve(run);
}

/** A hook that was begun, and of which nobody knows how far it came, waits for a person's word. */
async function sayWhatBecameOfTheHook(here: Installation, run: Run, value: string): Promise<void> {
  const doubt = await poll('the hook has ended, or was never begun', async () => {
    const job = await here.get('batch/v1/jobs/migrate');
    if (job?.metadata.annotations[valueAnnotation] !== value) return 'repeat';
    return job.status?.succeeded ? 'done' : undefined;
  });
  await here.api.resume({ params: { run: run.id }, body: { doubt } });
}

function filesOf({ namespace, cluster }: Installation, value: string): Record<string, string> {
  const rules = 'rules:\n  - { stacks: ["*"], approvals: { count: 1 } }';
  const marked = `annotations: { ${valueAnnotation}: ${value}, `;
  return {
    'trueup.yaml': project({ context: cluster.context, rules }),
    'shop/a.yaml': configMap(namespace, 'a', value),
    'shop/b.yaml': inWave(1, configMap(namespace, 'b', value)),
    'shop/hook.yaml': preSyncHook(namespace, 'migrate').replace('annotations: { ', marked),
  };
}
