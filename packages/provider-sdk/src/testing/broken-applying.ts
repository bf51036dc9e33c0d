import {
  type BrokenThing,
  countUp,
  onChange,
  onObserved,
  onOutcomes,
  onPlan,
} from './broken-thing.ts';

export const brokenApplying: readonly BrokenThing[] = [
  {
    check: 'has nothing to do after applying',
    fault: 'reports as done what it never did',
    breaks: () => ({
      async *apply(_target, { changes }) {
        for (const { id } of changes) yield { kind: 'done', id };
      },
    }),
  },
  {
    check: 'has nothing to do after applying',
    fault: 'runs again what did not change',
    breaks: onChange((change) =>
      change.id.endsWith('/seed') ? { ...change, action: 'execute', executes: 'changed' } : change,
    ),
  },
  {
    check: 'has nothing to do after applying',
    fault: 'forgets what always runs',
    breaks: onChange((change) =>
      change.id.endsWith('/ping') ? { ...change, action: 'none' } : change,
    ),
  },
  {
    check: 'is harmless when applied twice',
    fault: 'adds to what it finds',
    breaks: ({ apply }, { cloud }) => ({
      async *apply(target, request, call) {
        yield* apply(target, request, call);
        for (const { id } of request.changes) {
          if (cloud.effectsOf(id).length === cloud.attemptsOf(id)) continue;
          cloud.disturb(id, 'size', countUp());
        }
      },
    }),
  },
  {
    check: 'observes what it applied',
    fault: 'answers with an old list',
    breaks: onObserved((observed) => observed.slice(1)),
  },
  {
    check: 'observes what it applied',
    fault: 'answers twice',
    breaks: onObserved((observed) => [...observed, ...observed]),
  },
  {
    check: 'gives every change exactly one end',
    fault: 'swallows an end',
    breaks: onOutcomes((outcomes) => outcomes.slice(0, -1)),
  },
  {
    check: 'gives every change exactly one end',
    fault: 'ends twice',
    breaks: onOutcomes((outcomes) => [...outcomes, ...outcomes]),
  },
  {
    check: 'gives every change exactly one end',
    fault: 'makes progress after the end',
    breaks: onOutcomes((outcomes) => outcomes.toReversed()),
  },
  {
    check: 'applies only what it is given',
    fault: 'applies all that is prepared',
    breaks: ({ apply, plan }) => ({
      async *apply(target, request, call) {
        const all = { ...request, observed: [], inventory: [], foreign: 'ignore' } as const;
        const { changes } = await plan(target, all, call);
        yield* apply(target, { ...request, changes }, call);
      },
    }),
  },
  {
    check: 'does not let a failure stop the others',
    fault: 'stops at the first failure',
    breaks: onOutcomes((outcomes) => {
      const failed = outcomes.findIndex(({ kind }) => kind === 'failed');
      return failed < 0 ? outcomes : outcomes.slice(0, failed + 1);
    }),
  },
  {
    check: 'does not let a failure stop the others',
    fault: 'calls failed what happened',
    breaks: ({ apply }, { cloud }) => ({
      async *apply(target, request, call) {
        for await (const outcome of apply(target, request, call)) {
          if (outcome.kind === 'failed') cloud.put(outcome.id, {}, request.stack.owner);
          yield outcome;
        }
      },
    }),
  },
  ...(
    ['leaves alone what moved since it was planned', 'deletes no resource that moved'] as const
  ).map(
    (check): BrokenThing => ({
      check,
      fault: 'writes over what it finds',
      breaks: ({ apply }, { cloud }) => ({
        apply(target, request, call) {
          const fresh = request.changes.map((change) => {
            const version = cloud.get(change.id)?.version;
            return version === undefined ? change : { ...change, version };
          });
          return apply(target, { ...request, changes: fresh }, call);
        },
      }),
    }),
  ),
  {
    check: 'deletes what is in the inventory and no longer desired',
    fault: 'never deletes',
    breaks: onPlan((plan) => ({
      ...plan,
      changes: plan.changes.filter(({ action }) => action !== 'delete'),
    })),
  },
  {
    check: 'finds by their marks what it made',
    fault: 'finds nothing',
    breaks: () => ({ discover: async () => [] }),
  },
  {
    check: 'finds by their marks what it made',
    fault: 'finds what others made',
    breaks: (_sound, { cloud }) => ({ discover: async () => cloud.ids() }),
  },
  {
    check: 'keeps what bears a former mark',
    fault: 'looks for the new mark only',
    breaks: ({ discover }) => ({
      discover: (target, stack, call) => discover(target, { ...stack, formerOwners: [] }, call),
    }),
  },
];
