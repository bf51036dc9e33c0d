import type { BrokenThing } from './broken-thing.ts';

export const brokenRollback: readonly BrokenThing[] = [
  {
    check: 'says in sentences what going back does',
    fault: 'says nothing',
    breaks: ({ rollback }) => ({ rollback: { ...rollback, restores: '' } }),
  },
  {
    check: 'says in sentences what going back does',
    fault: 'repeats itself',
    breaks: ({ rollback }) => ({
      rollback: { ...rollback, limits: [...rollback.limits, ...rollback.limits] },
    }),
  },
  {
    check: 'says what going back leaves behind',
    fault: 'promises everything',
    breaks: ({ rollback }) => ({ rollback: { ...rollback, limits: [] } }),
  },
  {
    check: 'says what going back leaves behind',
    fault: 'forgets what runs',
    breaks: ({ rollback }) => ({
      rollback: {
        ...rollback,
        limits: rollback.limits.filter(({ concerns }) => !concerns?.actions?.includes('execute')),
      },
    }),
  },
  {
    check: 'brings back what an older revision asks for',
    fault: 'leaves alone what exists',
    breaks: ({ apply }) => ({
      async *apply(target, request, call) {
        const updates = request.changes.filter(({ action }) => action === 'update');
        const changes = request.changes.filter(({ action }) => action !== 'update');
        for (const { id } of updates) yield { kind: 'done', id };
        yield* apply(target, { ...request, changes }, call);
      },
    }),
  },
];
