/** The contract, on the real registry. */
import { describeProvider } from '@trueup/provider-sdk/testing';
import { registryProgram } from '@trueup/registries/testing';
import { afterAll, describe } from 'vitest';

import { startRealFixtures } from './testing/real-fixture.ts';
import { ociAbilities } from './testing/sample-stack.ts';

describe.runIf(registryProgram !== undefined)('the real registry', () => {
  let fixtures: ReturnType<typeof startRealFixtures> | undefined;

  afterAll(async () => {
    await (await fixtures)?.[Symbol.asyncDispose]();
  });

  describeProvider(
    'distribution',
    async () => {
      fixtures ??= startRealFixtures();
      return await (await fixtures).open();
    },
    ociAbilities,
  );
});
