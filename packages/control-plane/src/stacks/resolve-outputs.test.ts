import type { Json } from '@trueup/diagnostics';
import type { Inputs, Provider } from '@trueup/provider-sdk';
import { describe, expect, it } from 'vitest';

import { resolveOutputs } from './resolve-outputs.ts';

const outputs: Inputs = {
  server: { value: 'https://10.0.0.1', sensitive: false },
  token: { value: 'hunter2-hunter2', sensitive: true },
  later: { value: null, sensitive: true },
  secret: { value: { secret: 'of-somebody-else' }, sensitive: false },
};

describe('a target that is reached by outputs', () => {
  const asked: string[] = [];
  const resolve = (settings: Json, provider: Checking = accepting()) =>
    resolveOutputs({ name: 'made', provider, settings }, async (stack) => {
      asked.push(stack);
      return stack === 'cluster' ? outputs : {};
    }).then(({ target }) => target);

  it('gets their values, and keeps what else stands there', async () => {
    asked.length = 0;
    const settings = {
      server: { output: 'cluster.server' },
      list: [{ output: 'cluster.token' }, 1],
    };

    const target = await resolve({ ...settings, note: { output: 'no output', and: 'more' } });

    expect(target).toEqual({
      name: 'made',
      settings: {
        server: 'https://10.0.0.1',
        list: ['hunter2-hunter2', 1],
        note: { output: 'no output', and: 'more' },
      },
    });
    expect(asked).toEqual(['cluster']);
  });

  it('asks nobody where there are none', async () => {
    asked.length = 0;

    expect((await resolve({ context: 'a' })).settings).toEqual({ context: 'a' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['a stack that was never applied', 'other.server'],
    ['an output that nobody gives', 'cluster.missing'],
    ['an output without a value yet', 'cluster.later'],
    ['an inherited name', 'cluster.constructor'],
  ])('does not exist without %s', async (_name, output) => {
    await expect(resolve({ kubeconfig: { output } })).rejects.toMatchObject({
      family: 'stalled',
      code: 'TARGET_NOT_MADE',
      message: `target made: is reached by ${output}, which does not exist`,
    });
  });

  it('takes an output for what it is, also one that looks like a secret', async () => {
    const target = await resolve({ a: { output: 'cluster.secret' } });

    expect(target.settings).toEqual({ a: { secret: 'of-somebody-else' } });
  });

  it('says which output does not fit, and nothing of its value', async () => {
    const provider = accepting((settings) => JSON.stringify(settings).includes('hunter2'));
    const failure = await resolve({ token: { output: 'cluster.token' } }, provider).catch(String);

    expect(failure).toBe(
      'StalledError: target made: cannot be reached by what cluster.token gives',
    );
  });
});

type Checking = Pick<Provider, 'checkTarget'>;

function accepting(isBad: (settings: unknown) => boolean = () => false): Checking {
  const bad = {
    severity: 'error',
    code: 'X',
    path: [],
    summary: 'hunter2-hunter2 is bad',
  } as const;
  return { checkTarget: (settings) => (isBad(settings) ? [bad] : []) };
}
