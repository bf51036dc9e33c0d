import { describe, expect, it } from 'vitest';

import { ControlPlaneBench, configuration, FakeGitRepository, thing } from '../testing/index.ts';

describe('a control plane that is stopped', () => {
  it('ends everything else when one part cannot be ended, and says so', async () => {
    const bench = await ControlPlaneBench.open({ openRepository: async () => git });
    git.push({
      'trueup.yaml': configuration('stacks:', '  - { name: shop, path: shop, target: cloud }'),
      'shop/web.json': thing('web'),
    });
    await bench.admin.hintRepository('infra');
    await bench.until('the stack to be watched', async () => bench.cloud.counts.watches === 1);

    await expect(bench.plane.stop()).rejects.toThrow('the mirror is away');

    expect(bench.cloud.counts.watches).toBe(0);
    expect(bench.closed).toBe(true);
  });
});

class StubbornRepository extends FakeGitRepository {
  override close(): Promise<void> {
    return Promise.reject(new Error('the mirror is away'));
  }
}

const git = new StubbornRepository();
