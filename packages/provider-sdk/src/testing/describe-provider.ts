import { describe, expect, it } from 'vitest';

import type { ProviderCheck } from './provider-check.ts';
import { providerChecks } from './provider-checks.ts';
import type { ProviderAbilities, ProviderFixture } from './provider-fixture.ts';
import { NotStaged, Rehearsal } from './rehearsal.ts';

/**
 * The promises of the contract as tests. Every provider runs them, on its fake and for real.
 *
 * `open` gives each test a fixture of its own, which is closed afterwards. `abilities` say what the
 * tool can do at all: what it cannot do is not asked of it.
 */
export function describeProvider(
  name: string,
  open: () => Promise<ProviderFixture>,
  abilities: ProviderAbilities,
): void {
  describe(`${name}, as the contract asks`, () => {
    for (const check of providerChecks) {
      if (check.when && !check.when(abilities)) continue;
      it(check.name, async ({ skip }) => {
        const missing = await rehearse(check, open, abilities);
        if (missing !== undefined) skip(missing);

        expect(missing).toBeUndefined();
      });
    }
  });
}

/** Throws when the promise is broken; tells what the fixture lacks for asking. */
async function rehearse(
  check: ProviderCheck,
  open: () => Promise<ProviderFixture>,
  abilities: ProviderAbilities,
): Promise<string | undefined> {
  const fixture = await open();
  try {
    await check.run(new Rehearsal(fixture, abilities));
    return undefined;
  } catch (error) {
    if (error instanceof NotStaged) return error.message;
    throw error;
  } finally {
    await fixture.close();
  }
}
