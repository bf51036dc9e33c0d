import { env } from 'node:process';

import { describe, expect, it } from 'vitest';

import { connectApiServer } from './testing/api-server.ts';
import { checkSequences } from './testing/check-sequences.ts';

const server = connectApiServer(env);

describe.runIf(server)('against a real API server', () => {
  it('agrees on generated sequences of writes', async () => {
    const { differences, tally } = await checkSequences(server, { seed: 1, count: 60 });

    expect(differences).toEqual([]);
    expect(Math.min(...Object.values(tally))).toBeGreaterThan(0);
  });
});
