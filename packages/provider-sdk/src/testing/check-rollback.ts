import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Change } from '../change.ts';
import { concerns } from '../rollback.ts';
import { applyEverything } from './check-applying.ts';
import { comparedId } from './check-planning.ts';
import type { ProviderCheck } from './provider-check.ts';
import { nothing, plain, type Rehearsal } from './rehearsal.ts';

export const rollbackChecks: readonly ProviderCheck[] = [
  { name: 'says in sentences what going back does', run: speaksInSentences },
  { name: 'says what going back leaves behind', run: namesWhatStays },
  { name: 'brings back what an older revision asks for', run: bringsBack },
];

async function speaksInSentences({ fixture }: Rehearsal): Promise<void> {
  const { restores, limits } = plain(fixture.provider.rollback);
  const said = [restores, ...limits.map(({ says }) => says)];
  for (const one of said) must(/^[A-Z][^\n]*\.$/.test(one), `'${one}' is not one sentence`);
  mustEqual(said.length, new Set(said).size, 'Something is said twice.');
}

/** What runs, what takes data along, and what cannot be taken back at all. */
async function namesWhatStays(rehearsal: Rehearsal): Promise<void> {
  const { limits } = rehearsal.fixture.provider.rollback;
  const { changes } = await rehearsal.plan();
  await applyEverything(rehearsal);
  const removed = rehearsal.abilities.deletes
    ? (await rehearsal.plan({ prepared: nothing })).changes
    : [];
  for (const change of [...changes, ...removed]) {
    if (!staysBehind(change, rehearsal)) continue;
    const isSaid = limits.some((limit) => concerns(limit, change));
    must(isSaid, `${change.id}: nothing is said of its ${change.action}`);
  }
}

function staysBehind({ action, hazards }: Change, { abilities }: Rehearsal): boolean {
  if (action === 'execute' || hazards.includes('destroys-data')) return true;
  return action === 'create' && !abilities.deletes;
}

/** An older revision is applied like any other: what the target has instead gives way. */
async function bringsBack(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const id = await comparedId(rehearsal);
  await rehearsal.fixture.disturb(id);
  await applyEverything(rehearsal);

  const { changes } = await rehearsal.plan();

  const left = changes.filter((one) => one.id === id && one.action !== 'none');
  mustEqual(left, [], `${id}: is not as it was before`);
}
