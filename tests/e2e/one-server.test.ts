import { expect, it } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { install } from './harness/installation.ts';
import { poll } from './harness/poll.ts';

it('a second server on the same data is refused, and says who has it', async () => {
  await using here = await install(openSandbox);

  const second = here.spawn();
  const code = await poll('the second one ends', async () => second.exitCode ?? undefined);

  expect(code).not.toBe(0);
  expect(here.output).toMatch(/STORE_LOCKED|process \d+/);
  expect((await here.api.repositories()).items).toHaveLength(1);
});

it('stops when asked to, and starts again on its data', async () => {
  await using here = await install(openSandbox);

  await here.kill('SIGTERM');

  await here.start();
  expect((await here.api.repositories()).items).toMatchObject([{ name: 'infra' }]);
});
