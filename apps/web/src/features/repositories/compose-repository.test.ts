import { expect, it } from 'vitest';

import { composeRepository } from './compose-repository.ts';

const nothing = { place: 'here', name: '', url: '', branch: '', credential: '' } as const;

it('has the built-in forge make what lies here, whatever was written for elsewhere', () => {
  const composed = composeRepository({ ...nothing, name: ' shop ', url: 'https://x', branch: 'b' });

  expect(composed).toMatchObject({
    kind: 'ready',
    repository: { name: 'shop', forge: { kind: 'hosted', path: 'shop/gitops' } },
  });
  expect(JSON.stringify(composed)).not.toContain('https://x');
});

it('leaves to the server what is not said', () => {
  const draft = { ...nothing, place: 'elsewhere', name: 'shop', url: 'https://x/y.git' } as const;

  expect(composeRepository(draft)).toMatchObject({
    repository: { name: 'shop', url: 'https://x/y.git' },
  });
  expect(composeRepository({ ...draft, branch: 'main', credential: 'key' })).toMatchObject({
    repository: { branch: 'main', credential: 'key' },
  });
});

it.each([
  [{ ...nothing }],
  [{ ...nothing, name: 'Shop' }],
  [{ ...nothing, name: '../x' }],
  [{ ...nothing, place: 'elsewhere' as const, name: 'shop' }],
])('%j is not sent', (draft) => {
  expect(composeRepository(draft).kind).toBe('incomplete');
});
