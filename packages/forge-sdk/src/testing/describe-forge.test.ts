import { describe, expect, it } from 'vitest';

import type { Forge } from '../forge.ts';
import { brokenAnswering } from './broken-answering.ts';
import { brokenReading } from './broken-reading.ts';
import { brokenWriting } from './broken-writing.ts';
import { forgeChecks } from './forge-checks.ts';
import { ForgeRehearsal } from './forge-rehearsal.ts';
import { memoryAbilities, openMemoryFixture } from './memory-fixture.ts';

/** One mistake each, as the author of an adapter makes them, and which checks notice it. */
const broken = [...brokenReading, ...brokenWriting, ...brokenAnswering].flatMap(
  ({ checks, ...rest }) => checks.map((check) => ({ check, ...rest })),
);

/** What a forge in memory cannot do, so that it cannot break it either. */
const elsewhere = [
  'says what our credential may not do',
  'merges in no way that the forge does not offer',
  'asks again for what is as before without a cost',
  'keeps the head of a fork that is gone, and takes it for nobody else',
  'reads and writes where the repository has another path by now',
];

describe.concurrent('the suite', () => {
  it.each(broken)('notices: $check ($fault)', async ({ check, breaks }) => {
    const fixture = await openMemoryFixture();
    const bend = (forge: Forge): Forge => ({ ...forge, ...breaks(forge, fixture) });
    const bent = { ...fixture, forge: bend(fixture.forge), impatient: bend(fixture.impatient) };

    const end = await outcomeOf(check, new ForgeRehearsal(bent, memoryAbilities));

    // Most of them complain; some fail by what the broken forge throws, which is as loud.
    expect(end).toBeInstanceOf(Error);
  });

  it('is seen to notice every broken promise', () => {
    const noticed = new Set([...broken.map(({ check }) => check), ...elsewhere]);

    expect(forgeChecks.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
  });
});

async function outcomeOf(check: string, rehearsal: ForgeRehearsal): Promise<unknown> {
  try {
    await forgeChecks.find(({ name }) => name === check)?.run(rehearsal);
    return 'not noticed';
  } catch (error) {
    return error;
  }
}
