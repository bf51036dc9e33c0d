import type { LeaseAnswer } from '../lease.ts';
import { type BrokenThing, never } from './broken-thing.ts';

const free: LeaseAnswer = {
  kind: 'acquired',
  lease: { lost: never, release: async () => undefined },
};

export const brokenLeases: readonly BrokenThing[] = [
  {
    check: 'keeps leases if it says so',
    fault: 'keeps none',
    breaks: () => ({ acquireLease: undefined as never }),
  },
  {
    check: 'gives a stack to one at a time, and says who has it',
    fault: 'gives it to everybody',
    breaks: () => ({ acquireLease: async () => free }),
  },
  {
    check: 'gives a stack to one at a time, and says who has it',
    fault: 'does not say who',
    breaks: ({ acquireLease }) => ({
      async acquireLease(...args) {
        const answer = (await acquireLease?.(...args)) ?? free;
        return answer.kind === 'held' ? { ...answer, by: 'somebody' } : answer;
      },
    }),
  },
  {
    check: 'gives a stack to one at a time, and says who has it',
    fault: 'has one lease for all',
    breaks: ({ acquireLease }) => ({
      acquireLease: async (target, request, call) => {
        const stack = { ...request.stack, name: 'all' };
        return (await acquireLease?.(target, { ...request, stack }, call)) ?? free;
      },
    }),
  },
  {
    check: 'gives a lease on once it is released',
    fault: 'releases nothing',
    breaks: ({ acquireLease }) => ({
      async acquireLease(...args) {
        const answer = (await acquireLease?.(...args)) ?? free;
        if (answer.kind !== 'acquired') return answer;
        return { kind: 'acquired', lease: { ...answer.lease, release: async () => undefined } };
      },
    }),
  },
  {
    check: 'gives a lease on once it is released',
    fault: 'releases what is another’s',
    breaks: (_sound, { cloud }) => ({
      async acquireLease(_target, { stack, holder }) {
        const answer = cloud.leases.take(stack.name, holder);
        if (answer.kind !== 'acquired') return answer;
        const release = async (): Promise<void> => cloud.leases.lose(stack.name);
        return { kind: 'acquired', lease: { ...answer.lease, release } };
      },
    }),
  },
  {
    check: 'gives a lease back to who held it',
    fault: 'tells processes apart by more than their names',
    breaks: (_sound, { cloud }) => ({
      async acquireLease(_target, { stack, holder }) {
        const by = cloud.leases.holderOf(stack.name);
        if (by !== undefined) return { kind: 'held', by, since: cloud.now() };
        return cloud.leases.take(stack.name, holder);
      },
    }),
  },
  {
    check: 'leases a stack by its name, whatever its marks',
    fault: 'leases marks',
    breaks: ({ acquireLease }) => ({
      acquireLease: async (target, request, call) => {
        const stack = { ...request.stack, name: `${request.stack.name} ${request.stack.owner}` };
        return (await acquireLease?.(target, { ...request, stack }, call)) ?? free;
      },
    }),
  },
];
