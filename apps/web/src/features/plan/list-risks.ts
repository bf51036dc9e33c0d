import type { ChangeSetStack, Plan } from '@trueup/api';

import type { StackChange } from './arrange-plan.ts';

export interface Risk {
  readonly words: string;
  /** `grave`: something is lost, or nobody can say. */
  readonly tone: 'grave' | 'known';
}

/** What may harm, and what is not known, counted; the gravest first. */
export function listRisks(
  changes: readonly StackChange[],
  plans: readonly Plan[],
  stacks: readonly Pick<ChangeSetStack, 'state'>[],
): readonly Risk[] {
  const having = (test: (change: StackChange['change']) => boolean): number =>
    changes.filter(({ change }) => test(change)).length;
  const counted: readonly (readonly [number, Risk['tone'], string, string])[] = [
    [
      stacks.filter(({ state }) => state === 'failed' || state === 'refused').length,
      'grave',
      'stack is not planned',
      'stacks are not planned',
    ],
    [
      having(({ hazards }) => hazards.includes('destroys-data')),
      'grave',
      'change destroys data',
      'changes destroy data',
    ],
    [
      plans.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error')
        .length,
      'grave',
      'guard objects',
      'guards object',
    ],
    [having(({ action }) => action === 'delete'), 'grave', 'resource goes', 'resources go'],
    [
      having(({ hazards }) => hazards.includes('recreates')),
      'known',
      'resource is recreated',
      'resources are recreated',
    ],
    [
      having(({ hazards }) => hazards.includes('interrupts') || hazards.includes('restarts')),
      'known',
      'resource restarts or is interrupted',
      'resources restart or are interrupted',
    ],
    [
      having(({ confidence }) => confidence === 'opaque' || confidence === 'deferred'),
      'known',
      'change is uncertain',
      'changes are uncertain',
    ],
    [plans.flatMap(({ gaps }) => gaps).length, 'known', 'gap in the plan', 'gaps in the plan'],
    [
      stacks.filter(({ state }) => state === 'deferred').length,
      'known',
      'stack is planned later',
      'stacks are planned later',
    ],
  ];
  return counted.flatMap(([count, tone, one, many]) =>
    count > 0 ? [{ tone, words: `${count.toLocaleString('en')} ${count === 1 ? one : many}` }] : [],
  );
}
