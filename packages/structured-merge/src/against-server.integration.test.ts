import { env } from 'node:process';

import { afterAll, describe, expect, it } from 'vitest';

import { connectApiServer } from './testing/api-server.ts';
import { checkSequences } from './testing/check-sequences.ts';
import { checkServedKinds } from './testing/check-served-kinds.ts';

const server = connectApiServer(env);

describe.runIf(server)('against a real API server', () => {
  afterAll(() => {
    server?.close();
  });

  it('agrees on generated sequences of writes', { timeout: 300_000 }, async () => {
    const { differences, tally } = await checkSequences(server, { seed: 1, count: 60 });

    expect(differences).toEqual([]);
    expect(Math.min(tally.applied, tally.conflict, tally.updated, tally.unchanged)).toBeGreaterThan(
      50,
    );
    expect(tally.unforeseen).toBeLessThan(5);
  });

  it('reads the schemas of all kinds, and all objects that there are', async () => {
    const { kinds, objects, problems } = await checkServedKinds(server);

    expect(problems).toEqual([]);
    expect(kinds).toBeGreaterThan(50);
    expect(objects).toBeGreaterThan(100);
  });
});
