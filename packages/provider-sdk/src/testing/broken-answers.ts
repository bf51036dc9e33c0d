import { StalledError, toFailure } from '@trueup/diagnostics';

import type { FieldChange, Plan } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import type { Provider } from '../provider.ts';
import {
  type BrokenThing,
  countUp,
  onChange,
  onObserved,
  onPlan,
  onPrepared,
} from './broken-thing.ts';

export const brokenAnswers: readonly BrokenThing[] = [
  {
    check: 'judges health by the observation alone',
    fault: 'counts its calls',
    breaks: ({ assess }) => ({
      assess: (observed) => ({ ...assess(observed), message: `Call ${countUp()}.` }),
    }),
  },
  {
    check: 'judges health by the observation alone',
    fault: 'writes into the observation',
    breaks: ({ assess }) => ({
      assess(observed) {
        if (observed) Object.assign(observed.body, { judged: true });
        return assess(observed);
      },
    }),
  },
  {
    check: 'judges health by the observation alone',
    fault: 'trusts the shape of a body',
    breaks: ({ assess }) => ({
      assess(observed) {
        const { spec } = (observed?.body ?? { spec: {} }) as { readonly spec: object };
        return { ...assess(observed), message: `${Object.keys(spec).length} members.` };
      },
    }),
  },
  {
    check: 'reads outputs from the observation alone',
    fault: 'gives secrets as plain values',
    breaks: () => ({
      outputs: (observed) =>
        Object.fromEntries(observed.map(({ id, body }) => [id, { value: body, sensitive: false }])),
    }),
  },
  {
    check: 'answers bad settings by diagnostics',
    fault: 'throws',
    breaks: () => ({
      checkStack(settings) {
        if (typeof settings !== 'object') throw new Error('Settings are no object.');
        return [];
      },
    }),
  },
  {
    check: 'answers bad settings by diagnostics',
    fault: 'takes anything',
    breaks: () => ({ checkTarget: () => [] }),
  },
  {
    check: 'answers bad settings by diagnostics',
    fault: 'repeats the value',
    breaks: ({ checkTarget }) => ({
      checkTarget: (settings) =>
        checkTarget(settings).map((one) => ({
          ...one,
          summary: `${one.summary}: ${[settings].flat().join()}`,
        })),
    }),
  },
  {
    check: 'reports the inputs that it read',
    fault: 'reports none',
    breaks: onPrepared((prepared) => ({ ...prepared, inputsRead: [] })),
  },
  {
    check: 'reports the inputs that it read',
    fault: 'reports them in the clear',
    breaks: ({ prepare }) => ({
      async prepare(files, request, call) {
        const entries = Object.entries(request.inputs);
        const inputsRead = entries.map(([name, { value }]) => ({ name, digest: String(value) }));
        return { ...(await prepare(files, request, call)), inputsRead };
      },
    }),
  },
  {
    check: 'locates what it was asked for, in that order',
    fault: 'leaves out what it cannot find',
    breaks: ({ locate }) => ({
      locate: async (...args) => (await locate?.(...args))?.filter((one) => one) ?? [],
    }),
  },
  {
    check: 'locates what it was asked for, in that order',
    fault: 'counts lines from 0',
    breaks: ({ locate }) => ({
      locate: async (...args) =>
        (await locate?.(...args))?.map((one) => one && { ...one, line: 0 }) ?? [],
    }),
  },
  {
    check: 'gives plain data',
    fault: 'gives undefined members',
    breaks: onObserved((observed) =>
      observed.map((one) => ({ ...one, body: { ...one.body, note: undefined as never } })),
    ),
  },
  {
    check: 'gives plain data',
    fault: 'gives dates',
    breaks: onChange((change) => ({ ...change, plannedAt: new Date(0) })),
  },
  {
    check: 'seals the secrets in changes',
    fault: 'shows them',
    breaks: ({ plan }, { secret }) => onPlan(unseal(secret))({ plan } as Provider),
  },
  {
    check: 'seals the secrets in changes',
    fault: 'hashes them by itself',
    breaks: onPlan(unseal('sha256:4711')),
  },
  {
    check: 'seals the secrets that others added',
    fault: 'shows foreign fields',
    breaks: ({ plan }, { secret }) => ({
      async plan(...args) {
        const planned = await plan(...args);
        return {
          ...planned,
          foreign: planned.foreign.map((one) => ({ ...one, observed: secret })),
        };
      },
    }),
  },
  {
    check: 'seals the secrets that others added',
    fault: 'does not ask for the rule',
    breaks: ({ plan }) => ({
      plan: (target, request, call) => plan(target, { ...request, foreign: 'report' }, call),
    }),
  },
  {
    check: 'keeps secrets out of outcomes and failures',
    fault: 'passes on what the target said',
    breaks: ({ apply }, { secret }) => ({
      async *apply(...args) {
        for await (const outcome of apply(...args)) yield repeat(outcome, secret);
      },
    }),
  },
];

function unseal(text: string): (plan: Plan) => Plan {
  const show = (field: FieldChange) => (field.sensitive ? { ...field, after: text } : field);
  return (plan) => ({
    ...plan,
    changes: plan.changes.map((change) => ({ ...change, fields: change.fields.map(show) })),
  });
}

function repeat(outcome: Outcome, secret: string): Outcome {
  if (outcome.kind !== 'failed') return outcome;
  const error = new StalledError('THING_REFUSED', `The cloud said: ${secret}`);
  return { ...outcome, failure: toFailure(error) };
}
