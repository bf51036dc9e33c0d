import { describe, expect, it } from 'vitest';

import type { RunReport } from '../report/run-report.ts';
import { samplePlan } from '../testing/sample-plans.ts';
import { nextRound } from './apply-rounds.ts';
import type { StackPlanned } from './plan-stacks.ts';

describe('rounds of an apply', () => {
  const stacks = [stack('network'), stack('shop', ['network']), stack('docs')];

  it('begin with what comes after nothing', () => {
    expect(namesOf(nextRound(stacks, new Map()).ready)).toEqual(['network', 'docs']);
  });

  it('go on when what comes before has succeeded', () => {
    const { ready } = nextRound(stacks.slice(1, 2), new Map([['network', 'succeeded']]));

    expect(namesOf(ready)).toEqual(['shop']);
  });

  it.each<RunReport['end']>(['failed', 'held', 'cancelled', 'skipped'])(
    'leave out what comes after a stack that %s',
    (end) => {
      const { ready, skipped } = nextRound(stacks.slice(1, 2), new Map([['network', end]]));

      expect(ready).toEqual([]);
      expect(skipped).toMatchObject([
        { stack: 'shop', end: 'skipped', message: 'Not begun, since network did not succeed.' },
      ]);
    },
  );

  it('ask nothing of stacks that nobody selected', () => {
    expect(namesOf(nextRound([stack('shop', ['network'])], new Map()).ready)).toEqual(['shop']);
  });
});

function stack(name: string, after: readonly string[] = []): StackPlanned {
  const report = samplePlan({ stack: name });
  const definition = { name, after };
  return { kind: 'planned', stack: { definition }, plan: {}, report } as unknown as StackPlanned;
}

function namesOf(planned: readonly StackPlanned[]): readonly string[] {
  return planned.map(({ stack: { definition } }) => definition.name);
}
