import { StalledError } from '@trueup/diagnostics';

import { type BrokenThing, never } from './broken-thing.ts';

export const brokenWaiting: readonly BrokenThing[] = [
  {
    check: 'does not begin what was aborted before',
    fault: 'forgets the signal',
    breaks: ({ observe }) => ({
      observe: (target, request, call) => observe(target, request, { ...call, signal: never }),
    }),
  },
  {
    check: 'does not begin what was aborted before',
    fault: 'gives another reason',
    breaks: ({ discover }) => ({
      discover: (target, stack, call) =>
        discover(target, stack, call).catch(() => {
          throw new StalledError('THING_ABORTED', 'Aborted.');
        }),
    }),
  },
  {
    check: 'stops within a second when aborted',
    fault: 'waits for the answer',
    breaks: ({ apply }) => ({
      apply(target, request, call) {
        call.signal.throwIfAborted();
        return apply(target, request, { ...call, signal: never });
      },
    }),
  },
  {
    check: 'fails in the two families only',
    fault: 'lets foreign errors through',
    breaks: ({ observe }) => ({
      observe: (...args) =>
        observe(...args).catch(() => {
          throw new TypeError('fetch failed');
        }),
    }),
  },
  {
    check: 'fails in the two families only',
    fault: 'takes silence for an empty target',
    breaks: ({ observe, plan }) => ({
      observe: (...args) => observe(...args).catch(() => []),
      async plan(target, request, call) {
        const resources = request.prepared.resources.filter(
          ({ body }) => body['needs'] === undefined,
        );
        const prepared = { ...request.prepared, resources };
        return plan(target, { ...request, prepared }, call);
      },
    }),
  },
  {
    check: 'has a watch if it says so',
    fault: 'has none',
    breaks: () => ({ watch: undefined as never }),
  },
  {
    check: 'names in its watch what was disturbed',
    fault: 'hints at the beginning only',
    breaks: () => ({
      async *watch(_target, inventory, { signal }) {
        yield* inventory;
        await aborted(signal);
      },
    }),
  },
  {
    check: 'ends its watch when aborted',
    fault: 'watches on',
    breaks: ({ watch }) => ({
      watch: (target, inventory, call) => {
        const hints = watch?.(target, inventory, { ...call, signal: never });
        if (!hints) throw new Error('There is no watch.');
        return hints;
      },
    }),
  },
];

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
