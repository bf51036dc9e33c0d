import type { FieldChange } from '../change.ts';
import { formatResourceId } from '../resource.ts';
import { type BrokenThing, countUp, never, onChange, onPlan, onPrepared } from './broken-thing.ts';

const stranger = formatResourceId({ kind: 'Thing', scope: '', name: 'stranger' });

export const brokenPlanning: readonly BrokenThing[] = [
  {
    check: 'leaves out what does not exist',
    fault: 'answers every id',
    breaks: ({ observe }) => ({
      async observe(target, request, call) {
        const found = await observe(target, request, call);
        const asked = 'ids' in request ? request.ids : [];
        const absent = asked.filter((id) => !found.some((one) => one.id === id));
        return [...found, ...absent.map((id) => ({ id, body: {}, version: '0', observedAt: '' }))];
      },
    }),
  },
  {
    check: 'leaves out what does not exist',
    fault: 'does not know what absence is',
    breaks: ({ assess }) => ({
      assess: (observed) =>
        observed ? assess(observed) : { status: 'unknown', reason: 'Unknown', message: '?' },
    }),
  },
  {
    check: 'surveys what it discovers and observes',
    fault: 'takes what is asked for as owned',
    breaks: ({ observe }) => ({
      survey: async (target, { ids }, call) => ({
        inventory: ids,
        observed: await observe(target, { ids }, call),
      }),
    }),
  },
  {
    check: 'surveys what it discovers and observes',
    fault: 'reads only what is asked for',
    breaks: ({ discover, observe }) => ({
      survey: async (target, { stack, ids }, call) => ({
        inventory: await discover(target, stack, call),
        observed: await observe(target, { ids }, call),
      }),
    }),
  },
  {
    check: 'plans without writing',
    fault: 'marks while it plans',
    breaks: (sound, { cloud }) => ({
      async plan(...args) {
        const draft = { spec: {}, sensitive: [], writers: {} };
        const expected = cloud.get(stranger)?.version;
        await cloud.write({ id: stranger, action: 'update', expected, draft }, never);
        return sound.plan(...args);
      },
    }),
  },
  {
    check: 'plans the same twice',
    fault: 'shows a value that is made up',
    breaks: onChange((change) => ({ ...change, fields: [...change.fields, counted()] })),
  },
  {
    check: 'plans the same twice',
    fault: 'prepares in any order',
    breaks: onPrepared((prepared) => ({
      ...prepared,
      resources: countUp() % 2 ? prepared.resources : prepared.resources.toReversed(),
    })),
  },
  {
    check: 'plans the same in a new process',
    fault: 'plans from what it saw before',
    breaks: ({ observe }) => ({
      observe: async (...args) => (await observe(...args)).map((one) => ({ ...one, version: '1' })),
    }),
  },
  {
    check: 'looks into everything that is desired',
    fault: 'leaves a change out',
    breaks: onPlan((plan) => ({ ...plan, changes: plan.changes.slice(1) })),
  },
  {
    check: 'looks into everything that is desired',
    fault: 'leaves out what is right',
    breaks: onPlan((plan) => ({
      ...plan,
      changes: plan.changes.filter(({ action }) => action !== 'none'),
    })),
  },
  {
    check: 'marks what it does not know',
    fault: 'tells of no gap',
    breaks: onPlan((plan) => ({ ...plan, coverage: { gaps: [] } })),
  },
  {
    check: 'marks what it does not know',
    fault: 'lists the fields of a create',
    breaks: onChange((change) => ({
      ...change,
      fields: change.fields.filter(({ path }) => path.length > 0),
    })),
  },
  {
    check: 'carries positions and dependencies into the plan',
    fault: 'forgets positions',
    breaks: onChange((change) => ({ ...change, position: { wave: 0, rank: 0 } })),
  },
  {
    check: 'carries positions and dependencies into the plan',
    fault: 'forgets dependencies',
    breaks: onChange((change) => ({ ...change, dependsOn: [] })),
  },
  {
    check: 'tells which place it is, whatever we call it',
    fault: 'takes our name for the place',
    breaks: ({ plan }) => ({
      plan: async (target, ...rest) => ({
        ...(await plan(target, ...rest)),
        targetIdentity: target.name,
      }),
    }),
  },
  {
    check: 'shows what was disturbed, and nothing else',
    fault: 'overlooks updates',
    breaks: onChange((change) =>
      change.action === 'update' ? { ...change, action: 'none', fields: [] } : change,
    ),
  },
  {
    check: 'shows what was disturbed, and nothing else',
    fault: 'updates all of it',
    breaks: onChange((change) =>
      change.action === 'none' ? { ...change, action: 'update', fields: [] } : change,
    ),
  },
  {
    check: 'states the version that a change was planned from',
    fault: 'forgets it',
    breaks: onChange(({ version: _version, ...change }) => change),
  },
  {
    check: 'deletes nothing outside of the inventory',
    fault: 'prunes by mark alone',
    breaks: ({ plan, discover, observe }) => ({
      async plan(target, request, call) {
        const inventory = await discover(target, request.stack, call);
        const observed = await observe(target, { ids: inventory }, call);
        return plan(target, { ...request, inventory, observed }, call);
      },
    }),
  },
];

function counted(): FieldChange {
  return { path: ['count'], after: countUp(), sensitive: false };
}
