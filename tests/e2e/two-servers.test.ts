import { expect, it } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { install } from './harness/installation.ts';

it('a second server on the same data is refused, and says who has it', async () => {
  await using here = await install(openSandbox);

  const second = here.launch();
  const code = await second.ended;

  expect(code).toBe(1);
  expect(second.output).toContain('error STORE_LOCKED');
  expect(second.output).toMatch(/process \d+/);
  expect((await here.api.repositories()).items).toHaveLength(1);
});

it('is taken in as soon as the first one was killed', async () => {
  await using here = await install(openSandbox);

  await here.kill('SIGKILL');
  await here.start();

  expect((await here.api.repositories()).items).toMatchObject([{ name: 'infra' }]);
});
