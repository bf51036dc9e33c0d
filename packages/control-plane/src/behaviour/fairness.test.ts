import { createThingProvider, ThingCloud } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, thing, thingId } from '../testing/index.ts';

describe('a target that does not answer', () => {
  it('holds up nobody but its own stacks, and no stop', async () => {
    const dead = new ThingCloud({ identity: 'dead' });
    dead.freeze();
    await using bench = await ControlPlaneBench.open({
      providers: () => [createThingProvider(dead, { name: 'elsewhere' })],
    });
    const far = Array.from({ length: 60 }, (_, index) => `far-${index}`);

    await bench.push(filesOf(far, ['near', 'nearer']));
    await bench.untilRun('near', 'succeeded');
    await bench.untilRun('nearer', 'succeeded');

    const open = (await bench.memory.runs({ ended: false }, { limit: 100 })).items;
    expect(open).toHaveLength(60);
    await bench.stop();
    expect(bench.errors).toEqual([]);
  });

  it('is not looked at by so many that others are not looked at any more', async () => {
    const dead = new ThingCloud({ identity: 'dead' });
    await using bench = await ControlPlaneBench.open({
      providers: () => [createThingProvider(dead, { name: 'elsewhere' })],
    });
    const far = Array.from({ length: 30 }, (_, index) => `far-${index}`);
    await bench.push(filesOf(far, ['near']));
    for (const stack of [...far, 'near']) await bench.untilRun(stack, 'succeeded');
    await bench.stop();

    dead.freeze();
    await bench.start();
    bench.cloud.disturb(thingId('near'), 'size', 9);

    const item = await bench.until('the drift to be seen', async () => {
      return (await bench.memory.drift({ stack: 'infra/near', open: true }, { limit: 1 })).items[0];
    });
    expect(item.resource).toBe(thingId('near'));
  });
});

describe('a run that waits for health', () => {
  it('lets others work meanwhile', async () => {
    await using bench = await ControlPlaneBench.open({ parallelRuns: 2 });
    const slow = ['a', 'b', 'c'];
    bench.cloud.slow(...slow.map(thingId));

    await bench.push(filesOf([], [...slow, 'fast']));
    await bench.untilRun('fast', 'succeeded');

    for (const name of slow) await bench.untilRun(name, 'verifying');
    for (const name of slow) bench.cloud.settle(thingId(name));
    for (const name of slow) await bench.untilRun(name, 'succeeded');
    expect(bench.errors).toEqual([]);
  });
});

/** A stack for each name, with a thing of that name. */
function filesOf(
  far: readonly string[],
  near: readonly string[],
): Readonly<Record<string, string>> {
  const stackOf = (target: string) => (name: string) =>
    `  - { name: ${name}, path: ${name}, target: ${target} }`;
  const head = configuration('stacks:', ...far.map(stackOf('far')), ...near.map(stackOf('cloud')));
  const text = head.replace('targets: {', 'targets: { far: { elsewhere: {} },');
  const known = far.length > 0 ? text : head;
  const things = [...far, ...near].map((name) => [`${name}/thing.json`, thing(name)] as const);
  return { 'trueup.yaml': known, ...Object.fromEntries(things) };
}
