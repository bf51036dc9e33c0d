import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { pagePaths, pageUrl } from './page-paths.ts';

describe('the path of a page', () => {
  it('is that of the contract', () => {
    expect(pagePaths.stack('infra/shop')).toBe('/repositories/infra/stacks/shop');
    expect(pagePaths.mergeRequest('infra', 7)).toBe('/repositories/infra/merge-requests/7');
    expect(pagePaths.run('infra', 'r1')).toBe('/repositories/infra/runs/r1');
    expect(pagePaths.rollout('o1')).toBe('/rollouts/o1');
    expect(pageUrl('https://t.example.com/', pagePaths.rollout('o1'))).toBe(
      'https://t.example.com/rollouts/o1',
    );
  });

  it('stays below its server, and ends no link, whatever a name holds', () => {
    const url = 'https://t.example.com/below';
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const link = pageUrl(url, pagePaths.run('infra', name));
        expect(link).toMatch(/^[\w:/.%-]+$/);
        expect(new URL(link).href.startsWith(`${url}/repositories/infra/runs/`)).toBe(true);
        expect(new URL(link).href).toBe(link);
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(pagePaths.run('..', '.')).toBe('/repositories/-/runs/-');
  });
});
