import { describe, expect, it } from 'vitest';

import { thing, thingId } from '../testing/index.ts';
import { MergeRequestBench, shopAndBlog } from '../testing/merge-request-bench.ts';

const head = `apiVersion: trueup.dev/v1
targets: { cloud: { things: {} }, made: { made: { address: { output: blog.address } } } }
stacks:
  - { name: shop, path: shop, target: cloud }
  - { name: blog, path: blog, target: cloud }
`;
const withLate = {
  'trueup.yaml': `${head}  - { name: late, path: late, target: made }\n`,
  'late/x.json': thing('x'),
};
const made = { 'blog/page.json': thing('page', { spec: { outputs: { address: 'here' } } }) };

describe('a target that is reached by the outputs of a stack', () => {
  it('is planned for once they are there, and until then put off', async () => {
    await using bench = await MergeRequestBench.open({ ...shopAndBlog, 'trueup.yaml': head });

    const request = await bench.propose(withLate);

    const waiting = await bench.untilComment(request, 'infra/late');
    expect(waiting).toContain('target made: is reached by blog&#46;address, which does not exist');
    expect(waiting).toContain('It is planned once that is there.');
    expect(await bench.untilStatus(request)).toBe('passed: planned 0 stacks, 1 later');

    await bench.push(made);
    expect(await bench.untilComment(request, '1 to create in 1 stack')).not.toContain('reached by');
    expect(bench.plane.errors).toEqual([]);
  });

  it('comes after the stack that makes it, in one rollout', async () => {
    await using bench = await MergeRequestBench.open({ ...shopAndBlog, 'trueup.yaml': head });

    const revision = await bench.push({ ...withLate, ...made });

    await bench.plane.untilRun('late', 'succeeded', revision);
    expect(bench.plane.cloud.effects.slice(-2).map(({ id }) => id)).toEqual([
      thingId('page'),
      thingId('x'),
    ]);
  });

  it('that is gone fails the run, and nothing is deleted', async () => {
    await using bench = await MergeRequestBench.open({ ...shopAndBlog, 'trueup.yaml': head });
    await bench.plane.untilRun('late', 'succeeded', await bench.push({ ...withLate, ...made }));
    const before = bench.plane.cloud.effects.length;

    const revision = await bench.push({ 'blog/page.json': thing('page') });

    const run = await bench.plane.untilRun('late', 'failed', revision);
    expect(run.phase).toMatchObject({ failure: { code: 'TARGET_NOT_MADE' }, extent: 'nothing' });
    expect(bench.plane.cloud.effects).toHaveLength(before + 1);
    expect((await bench.plane.memory.stack('infra/late'))?.standing).toBe('active');
    expect(await bench.plane.memory.inventory('infra/late')).toHaveLength(1);
  });
});
