import { describe, expect, it } from 'vitest';

import type { AlertRoute } from './alert-destination.ts';
import { keepRoutes, readRoutes } from './kept-routes.ts';

const routes: readonly AlertRoute[] = [
  { name: 'a', to: { kind: 'slack', url: { secret: 'ops' } }, on: ['run:*'], stacks: ['*'] },
  {
    name: 'b',
    to: { kind: 'email', server: { secret: 'm' }, from: 'a@b.example', to: ['c@d.example'] },
    on: ['drift:opened'],
    stacks: ['*', '!old'],
  },
  {
    name: 'c',
    to: { kind: 'webhook', url: 'https://a.example.com', signature: { secret: 'key' } },
    on: ['run:failed'],
    stacks: [],
  },
  { name: 'd', to: { kind: 'ntfy', url: { secret: 'topic' } }, on: [], stacks: ['*'] },
];

describe('kept routes', () => {
  it('are read as they were kept', () => {
    const write = keepRoutes('r1', routes);

    expect(write).toMatchObject({ kind: 'setting', name: 'alerts:r1' });
    expect(readRoutes('value' in write ? String(write.value) : '')).toEqual(routes);
  });

  it.each(['', 'null', '{}', '[1, null, {"name": "x"}]', '[{"name":"x","to":{"slack":1}}]'])(
    'are left out where they cannot be read: %s',
    (text) => {
      expect(readRoutes(text)).toEqual([]);
    },
  );
});
