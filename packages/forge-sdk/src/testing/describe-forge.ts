import { describe, expect, it } from 'vitest';

import { forgeChecks } from './forge-checks.ts';
import type { ForgeAbilities, ForgeFixture } from './forge-fixture.ts';
import { ForgeRehearsal } from './forge-rehearsal.ts';

/**
 * The promises of the contract as tests. Every forge's adapter runs them, on a stand-in and, where there
 * is one, on the real forge.
 *
 * `openFixture` gives each test a fixture of its own, which is closed afterwards. `abilities` say what
 * the forge can do at all: what it cannot do is not asked of it.
 */
export function describeForge(
  name: string,
  openFixture: () => Promise<ForgeFixture>,
  abilities: ForgeAbilities,
): void {
  describe(`${name}, as the contract asks`, () => {
    for (const check of forgeChecks) {
      if (check.when && !check.when(abilities)) continue;
      it(check.name, async () => {
        const fixture = await openFixture();
        try {
          await expect(check.run(new ForgeRehearsal(fixture, abilities))).resolves.toBeUndefined();
        } finally {
          await fixture.close();
        }
      });
    }
  });
}
