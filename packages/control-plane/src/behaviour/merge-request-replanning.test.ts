import type { ChangeSet, PlanId } from '@trueup/engine';
import { describe, expect, it } from 'vitest';

import { configuration, thing, thingId } from '../testing/index.ts';
import { biggerShop, MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

const both = { ...biggerShop, 'blog/page.json': thing('page', { spec: { size: 3 } }) };

async function openSet({ plane }: MergeRequestBench): Promise<ChangeSet | undefined> {
  return (await plane.memory.changeSets({ open: true }, { limit: 1 })).items[0];
}

function planOf(set: ChangeSet | undefined, stack: string): PlanId | undefined {
  const state = set?.stacks[stack];
  return state?.name === 'planned' ? state.plan : undefined;
}

/** The open change set, once it is for these heads and planned. */
function untilPlanned(bench: MergeRequestBench, heads: Partial<ChangeSet>): Promise<ChangeSet> {
  return bench.plane.until('the plans', async () => {
    const set = await openSet(bench);
    const meant = Object.entries(heads).every(
      ([name, value]) => Object.entries(set ?? {}).find(([one]) => one === name)?.[1] === value,
    );
    return meant && set?.phase.name === 'planned' && set;
  });
}

describe('a merge request', () => {
  it('plans only the stacks anew that a moved branch or base concerns', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(both);
    const first = await untilPlanned(bench, {});

    await bench.pushTo(request, { 'blog/page.json': thing('page', { spec: { size: 4 } }) });
    const second = await untilPlanned(bench, { head: request.sourceCommit });
    const base = await bench.push({ README: 'words' });
    const third = await untilPlanned(bench, { base });

    expect(planOf(second, 'infra/shop')).toBe(planOf(first, 'infra/shop'));
    expect(planOf(second, 'infra/blog')).not.toBe(planOf(first, 'infra/blog'));
    expect(planOf(third, 'infra/shop')).toBe(planOf(first, 'infra/shop'));
    expect(planOf(third, 'infra/blog')).toBe(planOf(second, 'infra/blog'));
  });

  it('plans a stack anew when its rules change in the base', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(both);
    const first = await untilPlanned(bench, {});

    const base = await bench.push({
      'trueup.yaml': `${shopAndBlog['trueup.yaml']}rules: [{ stacks: [shop], approvals: { count: 1 } }]\n`,
    });

    const second = await untilPlanned(bench, { base });
    expect(planOf(second, 'infra/shop')).not.toBe(planOf(first, 'infra/shop'));
    expect(planOf(second, 'infra/blog')).toBe(planOf(first, 'infra/blog'));
    expect(await bench.untilComment(request, 'waits for 1 approval')).toBeDefined();
  });

  it('is planned anew when the target moves, at most once in ten seconds for a stack', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose(biggerShop);
    await bench.untilComment(request, 'spec.size: 1');
    await bench.untilStatusOf(request, 'trueup/plan', 'passed');
    const first = await untilPlanned(bench, {});

    bench.plane.shiftClock(10_000);
    bench.plane.cloud.disturb(thingId('web'), 'size', 9);

    await bench.untilComment(request, 'spec.size: 9');
    const second = await untilPlanned(bench, {});
    expect(planOf(second, 'infra/shop')).not.toBe(planOf(first, 'infra/shop'));
  });

  it('says how old the plan of a stack is whose target does not tell when it moves', async () => {
    await using bench = await MergeRequestBench.open();
    const request = await bench.propose({
      'trueup.yaml': configuration(
        'stacks:',
        '  - { name: shop, path: shop, target: cloud }',
        '  - { name: blog, path: blog, target: cloud }',
        '  - { name: new, path: new, target: cloud }',
      ),
      'new/fresh.json': thing('fresh'),
    });

    const comment = await bench.untilComment(request, 'infra/new');
    expect(comment).toMatch(/Planned at 20\d\d-.* UTC, and not watched/);
  });
});
