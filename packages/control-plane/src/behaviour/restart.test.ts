import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const chain = configuration(
  'stacks:',
  '  - { name: network, path: network, target: cloud }',
  '  - { name: shop, path: shop, target: cloud, after: [network] }',
);
const files = {
  'trueup.yaml': chain,
  'network/net.json': thing('net'),
  'shop/web.json': thing('web'),
};
const [net, web] = [thingId('net'), thingId('web')];

describe('after a restart', () => {
  it('a run that was under way goes on, and its rollout with it', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.slow(net);
    await bench.push(files);
    const before = await bench.untilRun('network', 'verifying');

    await bench.restart();
    bench.cloud.settle(net);
    await bench.untilRun('shop', 'succeeded');

    expect((await bench.untilRun('network', 'succeeded')).id).toBe(before.id);
    expect(bench.cloud.effects).toHaveLength(2);
    expect(bench.errors).toEqual([]);
  });

  it('a run that was killed in the middle of a step goes on at once', async () => {
    await using bench = await ControlPlaneBench.open();
    const answer = Promise.withResolvers<void>();
    bench.cloud.inject(net, { answerAfter: answer.promise });
    await bench.push(files);
    await bench.until('the step to be taken', async () => bench.cloud.effects.length === 1);

    await bench.crash();
    answer.resolve();
    await bench.start();
    await bench.untilRun('shop', 'succeeded');

    expect(bench.cloud.effectsOf(net)).toEqual(['create']);
    expect(await bench.runsOf('network')).toHaveLength(1);
  });

  it.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'nothing is lost when the process ends after commit %i',
    async (commits) => {
      await using bench = await ControlPlaneBench.open();
      bench.crashAfter(commits);
      bench.git.push(files);
      await bench.admin.hintRepository('infra').catch(() => undefined);
      await bench.until('the process to end', async () => bench.ended);

      await bench.crash();
      await bench.start();
      await bench.until('the rollout to succeed', async () => {
        const [rollout] = (await bench.admin.rollouts({ limit: 10 })).items;
        return rollout?.phase === 'succeeded';
      });

      expect(bench.cloud.effects.map(({ id }) => id)).toEqual([net, web]);
    },
  );

  it('drift that came meanwhile is found', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('shop', 'succeeded');

    await bench.stop();
    bench.cloud.disturb(web, 'size', 9);
    await bench.start();

    const item = await bench.until('drift to open', async () => {
      return (await bench.admin.drift({ open: true }, { limit: 10 })).items[0];
    });
    expect(item.resource).toBe(web);
  });

  it('an unreachable repository keeps its head and says so, and comes back', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('shop', 'succeeded');

    bench.git.failWith(new Error('https://user:hunter2@git.example.com is down'));
    await bench.admin.hintRepository('infra');
    const [trouble] = await bench.until('the trouble to be told', async () => {
      const found = await bench.admin.diagnostics();
      return found.length > 0 ? found : undefined;
    });
    bench.git.failWith(undefined);
    await bench.admin.hintRepository('infra');
    await bench.until('it to recover', async () => (await bench.admin.diagnostics()).length === 0);

    expect(trouble).toMatchObject({ repository: 'infra', code: 'REPOSITORY_FAILED' });
    expect(trouble?.summary).not.toContain('hunter2');
  });
});
