import { env } from 'node:process';

import { afterAll, describe, expect, it } from 'vitest';

import { connectApiServer } from './testing/api-server.ts';
import { checkSequences } from './testing/check-sequences.ts';

const server = connectApiServer(env);

const seed = 7;
/** Some minutes on two cores. */
const sequences = 4000;

describe.runIf(server)('against a real API server, for long', () => {
  afterAll(() => {
    server?.close();
  });

  it('agrees on thousands of generated sequences of writes', { timeout: 1_500_000 }, async () => {
    const { differences, tally } = await checkSequences(server, { seed, count: sequences });

    expect(differences, `seed ${seed}`).toEqual([]);
    expect(Math.min(...Object.values({ ...tally, unforeseen: 1 }))).toBeGreaterThan(0);
    expect(tally.unforeseen * 50).toBeLessThan(tally.unchanged);
  });
});
