import type { LiveEvent } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

const files = {
  'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
  'shop/web.json': thing('web'),
};

describe('live events', () => {
  it('come as they happen, and go on where a reader stopped', async () => {
    await using bench = await ControlPlaneBench.open();
    const first = read(bench, 0, 'run:applying');
    await bench.push(files);
    const seen = await first;

    await bench.untilRun('shop', 'succeeded');
    const rest = await read(bench, seen.at(-1)?.sequence ?? 0, 'rollout:succeeded');

    const all = [...seen, ...rest];
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    expect(all.map(({ type }) => type)).toEqual([
      'repository:advanced',
      'run:queued',
      'run:planning',
      'run:applying',
      'run:verifying',
      'run:succeeded',
      'rollout:succeeded',
    ]);
  });

  it('end when the reader, or the control plane, has enough', async () => {
    const bench = await ControlPlaneBench.open();
    const stop = new AbortController();
    const ended = [
      drain(bench.admin.events(0, stop.signal)),
      drain(bench.admin.events(0, new AbortController().signal)),
    ];

    stop.abort();
    await ended[0];
    await bench.stop();

    expect(await Promise.all(ended)).toEqual([undefined, undefined]);
  });

  it('are shown to those alone who may view their repository', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('shop', 'succeeded');
    const stop = AbortSignal.timeout(100);

    const shown: LiveEvent[] = [];
    for await (const event of bench.as('viewer', 'eve', 'other').events(0, stop)) shown.push(event);

    expect(shown).toEqual([]);
  });
});

describe('an output', () => {
  const chain = configuration(
    'stacks:',
    '  - { name: network, path: network, target: cloud }',
    '  - { name: shop, path: shop, target: cloud, inputs: { vpc: { output: network.vpc } } }',
    '  - { name: blog, path: blog, target: cloud }',
  );
  const network = (vpc: string): string => thing('net', { spec: { outputs: { vpc } } });

  it('reaches the stacks that take it in, and does so again when it changes', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push({
      'trueup.yaml': chain,
      'network/net.json': network('vpc-1'),
      'shop/web.json': thing('web', { spec: { vpc: '$(vpc)' } }),
      'blog/page.json': thing('page'),
    });
    await bench.untilRun('shop', 'succeeded');
    const before = bench.cloud.get(thingId('web'))?.spec;

    const revision = await bench.push({ 'network/net.json': network('vpc-2') });
    await bench.untilRun('shop', 'succeeded', revision);

    expect(before).toEqual({ vpc: 'vpc-1' });
    expect(bench.cloud.get(thingId('web'))?.spec).toEqual({ vpc: 'vpc-2' });
    expect(await bench.runsOf('blog')).toHaveLength(1);
  });
});

describe('a repository that is removed', () => {
  it('ends its runs, and is no longer looked at', async () => {
    await using bench = await ControlPlaneBench.open();
    bench.cloud.slow(thingId('web'));
    await bench.push(files);
    await bench.untilRun('shop', 'verifying');

    await bench.admin.removeRepository('infra');
    await bench.untilRun('shop', 'cancelled');

    expect(await bench.admin.repositories()).toEqual([]);
    expect(bench.git.closed).toBe(true);
    expect(bench.errors).toEqual([]);
  });

  it('leaves no watch of its stacks behind', async () => {
    await using bench = await ControlPlaneBench.open();
    await bench.push(files);
    await bench.untilRun('shop', 'succeeded');
    const watches = (count: number) => async () => bench.cloud.counts.watches === count;
    await bench.until('the stack to be watched', watches(1));

    await bench.admin.removeRepository('infra');

    await bench.until('the watch to end', watches(0));
    expect(bench.errors).toEqual([]);
  });
});

async function read(
  bench: ControlPlaneBench,
  after: number,
  last: string,
): Promise<readonly LiveEvent[]> {
  const events: LiveEvent[] = [];
  for await (const event of bench.admin.events(after, AbortSignal.timeout(4000))) {
    events.push(event);
    if (event.type === last) break;
  }
  return events;
}

async function drain(events: AsyncIterable<LiveEvent>): Promise<void> {
  for await (const _event of events);
}
