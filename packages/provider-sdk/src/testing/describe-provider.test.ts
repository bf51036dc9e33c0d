import { AssertionError } from 'node:assert';

import { describe, expect, it } from 'vitest';

import { brokenThings } from './broken-things.ts';
import { describeProvider } from './describe-provider.ts';
import { hostAbilities, openHostFixture } from './host-fixture.ts';
import { providerChecks } from './provider-checks.ts';
import { Rehearsal } from './rehearsal.ts';
import { openSavedPlanFixture, savedPlanAbilities } from './saved-plan-fixture.ts';
import { openThingFixture, thingAbilities } from './thing-fixture.ts';

describeProvider('things', openThingFixture, thingAbilities);
describeProvider('hosts', openHostFixture, hostAbilities);
describeProvider('saved plans', openSavedPlanFixture, savedPlanAbilities);

describe.concurrent('the suite', () => {
  it.each(brokenThings)('notices: $check ($fault)', async ({ check, breaks }) => {
    const sound = await openThingFixture();
    const broken = { ...sound.provider, ...breaks(sound.provider, sound) };
    const rehearsal = new Rehearsal({ ...sound, provider: broken }, thingAbilities, {
      patienceMs: 200,
    });

    const end = await outcomeOf(check, rehearsal);
    await sound.close();

    expect(end).toBeInstanceOf(AssertionError);
  });

  it('is seen to notice every broken promise', () => {
    const broken = new Set(brokenThings.map(({ check }) => check));

    expect(providerChecks.filter(({ name }) => !broken.has(name))).toEqual([]);
  });
});

async function outcomeOf(check: string, rehearsal: Rehearsal): Promise<unknown> {
  try {
    await providerChecks.find(({ name }) => name === check)?.run(rehearsal);
    return 'not noticed';
  } catch (error) {
    return error;
  }
}
