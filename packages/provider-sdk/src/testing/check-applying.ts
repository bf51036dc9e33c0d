import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Change, Plan } from '../change.ts';
import { isEnd } from '../outcome.ts';
import type { Prepared } from '../provider.ts';
import type { ObservedResource } from '../resource.ts';
import { comparedId, sorted } from './check-planning.ts';
import type { ProviderCheck } from './provider-check.ts';
import { artifactOf, nothing, type Rehearsal } from './rehearsal.ts';

export const applyingChecks: readonly ProviderCheck[] = [
  { name: 'has nothing to do after applying', run: convergesAtOnce },
  { name: 'is harmless when applied twice', run: appliesTwice },
  { name: 'observes what it applied', run: observesItsOwn },
  { name: 'gives every change exactly one end', run: endsOnce },
  {
    name: 'applies only what it is given',
    when: ({ applies }) => applies === 'changes',
    run: appliesOnlyWhatIsGiven,
  },
  { name: 'does not let a failure stop the others', run: goesOnBesideFailures },
  {
    name: 'leaves alone what moved since it was planned',
    when: ({ versions }) => versions,
    run: leavesAloneWhatMoved,
  },
  {
    name: 'deletes no resource that moved',
    when: ({ versions, deletes }) => versions && deletes,
    run: deletesNothingThatMoved,
  },
  {
    name: 'deletes what is in the inventory and no longer desired',
    when: ({ deletes }) => deletes,
    run: deletesWhatItOwns,
  },
  { name: 'finds by their marks what it made', when: ({ marks }) => marks, run: findsItsOwn },
  {
    name: 'keeps what bears a former mark',
    when: ({ marks }) => marks,
    run: keepsWhatWasRenamed,
  },
];

async function convergesAtOnce(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);

  const { changes } = await rehearsal.plan();

  const always = changes.filter(({ executes }) => executes === 'always');
  for (const { id, action } of always) mustEqual(action, 'execute', `${id}: is not listed`);
  const left = changes.filter(({ action, executes }) => action !== 'none' && executes !== 'always');
  mustEqual(left, [], 'Something is left to do.');
}

async function appliesTwice(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const { changes } = await rehearsal.plan();
  for (const application of [...rehearsal.applications]) {
    // What runs is not harmless to repeat, so the engine never does.
    const repeatable = application.changes.filter(({ action }) => action !== 'execute');
    const ends = await rehearsal.ends({ ...application, changes: repeatable });
    const bad = ends.filter(({ kind }) => kind !== 'done' && kind !== 'moved');
    mustEqual(bad, [], 'The second time did not end well.');
  }

  const after = (await rehearsal.plan()).changes;

  mustEqual(
    after.map(withoutVersion),
    changes.map(withoutVersion),
    'The second time did something.',
  );
}

function withoutVersion({ version: _version, ...change }: Change): Omit<Change, 'version'> {
  return change;
}

async function observesItsOwn(rehearsal: Rehearsal): Promise<void> {
  const { resources } = await rehearsal.prepare();
  const compared = resources.filter(({ executes }) => !executes).map(({ id }) => id);
  const { provider } = rehearsal.fixture;
  await applyEverything(rehearsal);

  const observed = await rehearsal.observe(compared);

  const ids = observed.map(({ id }) => id);
  mustEqual(ids.length, new Set(ids).size, 'A resource was answered twice.');
  for (const id of compared) must(ids.includes(id), `${id}: was applied and is not observed`);
  for (const one of observed) {
    checkObservation(one);
    must(provider.assess(one).status !== 'not-found', `${one.id}: exists and is 'not-found'`);
  }
}

function checkObservation({ id, version, observedAt }: ObservedResource): void {
  must(version !== '', `${id}: has no version`);
  must(/^\d{4}-\d\d-\d\dT.*Z$/.test(observedAt), `${id}: observed at no RFC 3339 time in UTC`);
}

async function endsOnce(rehearsal: Rehearsal): Promise<void> {
  const { plan, prepared } = await first(rehearsal);
  const changes = rehearsal.wave(plan);

  const outcomes = await rehearsal.apply({ changes, prepared, ...artifactOf(plan) });

  const ended = outcomes.filter(isEnd).map(({ id }) => id);
  mustEqual(sorted(ended), sorted(changes.map(({ id }) => id)), 'Not one end for each change.');
  for (const [place, outcome] of outcomes.entries()) {
    if (outcome.kind !== 'progress') continue;
    const end = outcomes.findIndex((one) => isEnd(one) && one.id === outcome.id);
    must(place < end, `${outcome.id}: makes progress after its end`);
  }
}

async function appliesOnlyWhatIsGiven(rehearsal: Rehearsal): Promise<void> {
  const { plan, prepared } = await first(rehearsal);
  const [one, ...others] = rehearsal.wave(plan).filter(({ action }) => action !== 'execute');
  if (!one) throw new Error('The fixture has nothing to apply.');

  const ends = await rehearsal.ends({ changes: [one], prepared });

  mustEqual(
    ends.map(({ id }) => id),
    [one.id],
    'Something else ended as well.',
  );
  const ids = others.map(({ id }) => id);
  mustEqual(await rehearsal.observe(ids), [], 'Something was done that nobody asked for.');
}

async function goesOnBesideFailures(rehearsal: Rehearsal): Promise<void> {
  const refuse = rehearsal.stage('refuse');
  const { plan, prepared } = await first(rehearsal);
  const changes = rehearsal.wave(plan);
  const [refused] = changes.filter(
    ({ action, id }) => action === 'create' && !isNeeded(id, changes),
  );
  if (!refused || changes.length < 2) throw new Error('The fixture has too few changes.');
  await refuse(refused.id);

  const ends = await rehearsal.ends({ changes, prepared, ...artifactOf(plan) });

  for (const { id } of changes) {
    const kind = ends.find((one) => one.id === id)?.kind;
    mustEqual(kind, id === refused.id ? 'failed' : 'done', `${id}: ended otherwise`);
  }
  const end = ends.find(({ id }) => id === refused.id);
  if (end?.kind === 'failed') checkFailure(end.failure);
  mustEqual(await observedIds(rehearsal, refused), [], 'What failed had an effect.');
  await applyEverything(rehearsal);
  mustEqual(await observedIds(rehearsal, refused), [refused.id], 'It failed for good.');
}

function isNeeded(id: string, changes: readonly Change[]): boolean {
  return changes.some(({ dependsOn }) => dependsOn.some((one) => one === id));
}

/** A failure as data says what can be done about it, and what went wrong. */
export function checkFailure({
  family,
  code,
  message,
}: {
  family: string;
  code: string;
  message: string;
}): void {
  must(['transient', 'stalled'].includes(family), `'${family}' is no family of errors`);
  must(/^[A-Z0-9]+(?:_[A-Z0-9]+)+$/.test(code), `'${code}' is no code`);
  must(message !== '', `${code}: says nothing`);
}

async function observedIds(rehearsal: Rehearsal, { id }: Change): Promise<readonly string[]> {
  const observed = await rehearsal.observe([id], { inventory: [...rehearsal.inventory, id] });
  return observed.map((one) => one.id).filter((one) => one === id);
}

async function leavesAloneWhatMoved(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const id = await comparedId(rehearsal);
  await rehearsal.fixture.disturb(id);
  const prepared = await rehearsal.prepare();
  const stale = await rehearsal.plan({ prepared });
  await rehearsal.fixture.disturb(id);
  const writes = rehearsal.fixture.countWrites();
  const changes = rehearsal.wave(stale).filter(({ action }) => action !== 'execute');

  const ends = await rehearsal.ends({ changes, prepared, ...artifactOf(stale) });

  for (const end of ends) mustEqual(end.kind, 'moved', `${end.id}: was written over`);
  mustEqual(rehearsal.fixture.countWrites(), writes, 'A stale change was written.');
}

async function deletesNothingThatMoved(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const id = await comparedId(rehearsal);
  const stale = await rehearsal.plan({ prepared: nothing });
  await rehearsal.fixture.disturb(id);
  const changes = stale.changes.filter(
    (one) => one.id === id || rehearsal.abilities.applies === 'whole',
  );

  const ends = await rehearsal.ends({ changes, prepared: nothing, ...artifactOf(stale) });

  must(changes.length > 0, `${id}: its delete is not planned`);
  for (const end of ends) mustEqual(end.kind, 'moved', `${end.id}: was deleted`);
  mustEqual((await rehearsal.observe([id])).filter((one) => one.id === id).length, 1);
}

async function deletesWhatItOwns(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const ids = rehearsal.inventory;
  const existing = (await rehearsal.observe(ids)).map(({ id }) => id);

  const { changes } = await rehearsal.plan({ prepared: nothing });
  const deletes = changes.filter(({ action }) => action === 'delete').map(({ id }) => id);
  mustEqual(sorted(deletes), sorted(existing), 'Not what exists would be deleted.');
  for (const change of changes) mustEqual(change.protection, undefined, `${change.id}: protected`);

  const { ends } = await rehearsal.applyAll({ prepared: nothing });
  const bad = ends.filter(({ kind }) => kind !== 'done');
  mustEqual(bad, [], 'A delete did not end well.');
  mustEqual(await rehearsal.observe(ids, { inventory: ids }), [], 'Something is still there.');
  mustEqual(await rehearsal.discover(), [], 'Something is still found.');
}

async function findsItsOwn(rehearsal: Rehearsal): Promise<void> {
  const { resources } = await rehearsal.prepare();
  await applyEverything(rehearsal);

  const found = await rehearsal.discover();

  const compared = resources.filter(({ executes }) => !executes);
  for (const { id } of compared) must(found.includes(id), `${id}: is not found by its mark`);
  const ids = new Set(resources.map(({ id }) => id));
  mustEqual(
    found.filter((id) => !ids.has(id)),
    [],
    'Something of somebody else is found.',
  );
  const { stack } = rehearsal.fixture;
  const other = await rehearsal.discover({ stack: { ...stack, owner: `${stack.owner}x` } });
  mustEqual(other, [], 'Another stack finds what is not its own.');
}

async function keepsWhatWasRenamed(rehearsal: Rehearsal): Promise<void> {
  await applyEverything(rehearsal);
  const { owner, formerOwners, ...rest } = rehearsal.fixture.stack;
  const stack = { ...rest, owner: `${owner}x`, formerOwners: [...formerOwners, owner] };

  const inventory = await rehearsal.discover({ stack });
  mustEqual(sorted(inventory), sorted(await rehearsal.discover()), 'Its former mark is unknown.');

  const { changes, diagnostics } = await rehearsal.plan({ stack, inventory });
  const actions = changes.map(({ action }) => action);
  const harsh = actions.filter((action) => ['create', 'delete', 'replace'].includes(action));
  mustEqual(harsh, [], 'A renamed stack begins anew.');
  mustEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
}

async function first(
  rehearsal: Rehearsal,
): Promise<{ readonly prepared: Prepared; readonly plan: Plan }> {
  const prepared = await rehearsal.prepare();
  return { prepared, plan: await rehearsal.plan({ prepared }) };
}

/** Applies all of the fixture's stack, which has to work. */
export async function applyEverything(rehearsal: Rehearsal): Promise<void> {
  const { plan, ends } = await rehearsal.applyAll();
  const steps = plan.changes.filter(({ action }) => action !== 'none');
  const done = new Set(ends.filter(({ kind }) => kind === 'done').map(({ id }) => id));
  for (const { id } of steps) must(done.has(id), `${id}: was not applied`);
}
