import type { OpenStack } from '@trueup/engine';
import { formatResourceId, type ObservedResource, type ResourceId } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { observeStack } from './observe-stack.ts';

const { signal } = new AbortController();
const idOf = (name: string): ResourceId => formatResourceId({ kind: 'Service', scope: 'a', name });
const [wanted, owned, lost, job] = [idOf('wanted'), idOf('owned'), idOf('lost'), idOf('job')];
const see = (id: ResourceId, kind = 'Service'): ObservedResource => ({
  id,
  body: { kind },
  version: '1',
  observedAt: '2026-01-01T00:00:00Z',
});

/** A target of which a part is lost: who asks for all of it gets no answer. */
function openStack(provider: object): OpenStack {
  const resources = [{ id: wanted }, { id: lost }, { id: job, executes: 'changed' }];
  const open = { provider, target: {}, stack: {}, seal: () => '', prepared: { resources } };
  return open as never;
}

describe('a stack of a folder', () => {
  it('is shown by its survey, also where a part of the target is lost', async () => {
    const open = openStack({
      discover: () => Promise.reject(new Error('a host is lost')),
      survey: async () => ({
        inventory: [owned],
        observed: [see(wanted), see(owned), see(lost, 'Unreachable')],
      }),
      observe: () => Promise.reject(new Error('nothing is left to ask for')),
    });

    const { ids, observed } = await observeStack(open, signal);

    expect(ids).toEqual([lost, owned, wanted]);
    expect([...observed.values()].map(({ body }) => body['kind'])).toEqual([
      'Service',
      'Service',
      'Unreachable',
    ]);
  });

  it('is asked for what its survey leaves out, and for nothing else', async () => {
    const asked: ResourceId[] = [];
    const open = openStack({
      survey: async () => ({ inventory: [], observed: [see(wanted)] }),
      observe: async (_target: object, { ids }: { readonly ids: readonly ResourceId[] }) => {
        asked.push(...ids);
        return ids.map((id) => see(id));
      },
    });

    const { observed } = await observeStack(open, signal);

    expect(asked).toEqual([lost]);
    expect([...observed.keys()]).toEqual([wanted, lost]);
  });

  it('is discovered and observed where there is no survey', async () => {
    const open = openStack({
      discover: async () => [owned],
      observe: async (_target: object, { ids }: { readonly ids: readonly ResourceId[] }) =>
        ids.map((id) => see(id)),
    });

    expect((await observeStack(open, signal)).ids).toEqual([lost, owned, wanted]);
  });
});
