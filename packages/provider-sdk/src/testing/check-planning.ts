import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { Change, Plan } from '../change.ts';
import {
  formatResourceId,
  type ObservedResource,
  parseResourceId,
  type ResourceId,
} from '../resource.ts';
import type { ProviderCheck } from './provider-check.ts';
import { nothing, type Rehearsal } from './rehearsal.ts';

export const planningChecks: readonly ProviderCheck[] = [
  { name: 'leaves out what does not exist', run: leavesOutTheAbsent },
  { name: 'surveys what it discovers and observes', run: surveysTheSame },
  { name: 'plans without writing', run: writesNothing },
  { name: 'plans the same twice', run: plansTheSameTwice },
  { name: 'plans the same in a new process', run: plansTheSameAfterRestart },
  { name: 'looks into everything that is desired', run: looksIntoEverything },
  { name: 'marks what it does not know', run: marksTheUnknown },
  { name: 'carries positions and dependencies into the plan', run: carriesTheOrder },
  { name: 'tells which place it is, whatever we call it', run: tellsItsPlace },
  { name: 'shows what was disturbed, and nothing else', run: showsTheDisturbed },
  {
    name: 'states the version that a change was planned from',
    when: ({ versions, applies }) => versions && applies === 'changes',
    run: statesVersions,
  },
  { name: 'deletes nothing outside of the inventory', run: deletesNothingElse },
];

async function leavesOutTheAbsent(rehearsal: Rehearsal): Promise<void> {
  const ids = (await rehearsal.prepare()).resources.map(({ id }) => id);
  mustEqual(await rehearsal.observe(ids), [], 'An empty target was observed to hold something.');
  mustEqual(await rehearsal.discover(), [], 'An empty target was found to hold something of ours.');
  const health = rehearsal.fixture.provider.assess(undefined);
  mustEqual(health.status, 'not-found');

  await rehearsal.applyAll();

  const absent = ids.map(inventName);
  const answer = await rehearsal.observe([...ids, ...absent], { inventory: [...ids, ...absent] });
  const strangers = answer.filter(({ id }) => absent.includes(id));
  mustEqual(strangers, [], 'What does not exist was observed.');
}

async function surveysTheSame(rehearsal: Rehearsal): Promise<void> {
  const ids = (await rehearsal.prepare()).resources.map(({ id }) => id);
  await compareSurvey(rehearsal, ids);

  await rehearsal.applyAll();
  await rehearsal.fixture.disturb(await comparedId(rehearsal));
  await compareSurvey(rehearsal, ids);
  await compareSurvey(rehearsal, ids.slice(1).map(inventName));
}

async function compareSurvey(rehearsal: Rehearsal, ids: readonly ResourceId[]): Promise<void> {
  const survey = await rehearsal.survey(ids);
  if (!survey) return;
  const inventory = await rehearsal.discover();
  mustEqual(sorted(survey.inventory), sorted(inventory), 'A survey found another inventory.');
  const observed = await rehearsal.observe([...new Set([...ids, ...inventory])]);
  mustEqual(withoutTimes(survey.observed), withoutTimes(observed), 'A survey saw something else.');
}

function withoutTimes(observed: readonly ObservedResource[]): unknown {
  return observed
    .map(({ observedAt: _when, ...rest }) => rest)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function inventName(id: ResourceId): ResourceId {
  const address = parseResourceId(id);
  return formatResourceId({ ...address, name: `${address.name}-absent` });
}

async function writesNothing(rehearsal: Rehearsal): Promise<void> {
  await planEveryWay(rehearsal);
  mustEqual(rehearsal.fixture.countWrites(), 0, 'Planning wrote to the target.');

  await rehearsal.applyAll();
  await rehearsal.fixture.disturb(await comparedId(rehearsal));
  const writes = rehearsal.fixture.countWrites();
  await planEveryWay(rehearsal);

  mustEqual(rehearsal.fixture.countWrites(), writes, 'Planning wrote to the target.');
}

async function planEveryWay(rehearsal: Rehearsal): Promise<void> {
  await rehearsal.discover();
  for (const foreign of ['ignore', 'report', 'remove'] as const) await rehearsal.plan({ foreign });
  await rehearsal.plan({ prepared: nothing });
}

async function plansTheSameTwice(rehearsal: Rehearsal): Promise<void> {
  mustEqual(await rehearsal.prepare(), await rehearsal.prepare(), 'Prepared differently.');
  mustEqual(withoutArtifact(await rehearsal.plan()), withoutArtifact(await rehearsal.plan()));

  await rehearsal.applyAll();
  mustEqual(withoutArtifact(await rehearsal.plan()), withoutArtifact(await rehearsal.plan()));

  await rehearsal.fixture.disturb(await comparedId(rehearsal));
  mustEqual(withoutArtifact(await rehearsal.plan()), withoutArtifact(await rehearsal.plan()));
}

async function plansTheSameAfterRestart(rehearsal: Rehearsal): Promise<void> {
  await rehearsal.applyAll();
  await rehearsal.fixture.disturb(await comparedId(rehearsal));
  const before = withoutArtifact(await rehearsal.plan());

  const after = withoutArtifact(await rehearsal.restarted().plan());

  mustEqual(after, before, 'The answer depends on what an earlier process had seen.');
}

/** A saved plan may hold the time at which it was made. */
function withoutArtifact({ artifact: _artifact, ...plan }: Plan): Omit<Plan, 'artifact'> {
  return plan;
}

async function looksIntoEverything(rehearsal: Rehearsal): Promise<void> {
  const { resources, diagnostics } = await rehearsal.prepare();
  mustEqual(diagnostics, [], 'The fixture is not prepared without diagnostics.');
  const { changes, diagnostics: complaints } = await rehearsal.plan();

  mustEqual(complaints, [], 'The first plan has diagnostics.');
  mustEqual(sorted(changes.map(({ id }) => id)), sorted(resources.map(({ id }) => id)));
  for (const { id, executes } of resources) {
    const change = changes.find((one) => one.id === id);
    mustEqual(change?.action, executes ? 'execute' : 'create', `${id}: planned otherwise`);
  }

  await rehearsal.applyAll();
  const later = (await rehearsal.plan()).changes.map(({ id }) => id);
  mustEqual(sorted(later), sorted(resources.map(({ id }) => id)), 'What is right is left out.');
}

async function marksTheUnknown(rehearsal: Rehearsal): Promise<void> {
  const { changes, coverage } = await rehearsal.plan();
  for (const change of changes) {
    checkRoot(change);
    for (const { after, unknown } of change.fields) {
      must(!(unknown && after !== undefined), `${change.id}: a field is known and unknown`);
    }
    const vague = change.confidence === 'deferred' || change.confidence === 'opaque';
    const named = coverage.gaps.some(
      ({ subject }) => subject === undefined || subject === change.id,
    );
    must(!vague || named, `${change.id}: is ${change.confidence}, and no gap says so`);
  }
  for (const { message } of coverage.gaps) must(message !== '', 'A gap says nothing.');
}

function checkRoot({ id, action, fields }: Change): void {
  if (!['create', 'delete', 'execute'].includes(action)) return;
  const roots = fields.filter(({ path }) => path.length === 0);
  mustEqual(roots.length, 1, `${id}: a ${action} has one field at the root`);
  const value = action === 'delete' ? roots[0]?.before : roots[0]?.after;
  must(typeof value === 'string' && value !== '', `${id}: its root names no digest`);
}

async function carriesTheOrder(rehearsal: Rehearsal): Promise<void> {
  const { resources } = await rehearsal.prepare();
  const { changes } = await rehearsal.plan();
  for (const { id, position, dependsOn, executes } of resources) {
    const change = changes.find((one) => one.id === id);
    mustEqual(change?.position, position, `${id}: its position got lost`);
    mustEqual(sorted(change.dependsOn), sorted(dependsOn), `${id}: its dependencies got lost`);
    mustEqual(change.executes, executes, `${id}: what sets it off got lost`);
  }
}

async function tellsItsPlace(rehearsal: Rehearsal): Promise<void> {
  const { target } = rehearsal.fixture;
  const { targetIdentity } = await rehearsal.plan();
  must(targetIdentity !== '', 'The target has no identity.');

  const renamed = await rehearsal.plan({ target: { ...target, name: `${target.name}-renamed` } });
  mustEqual(renamed.targetIdentity, targetIdentity, 'The identity hangs on our name for it.');

  await rehearsal.applyAll();
  mustEqual((await rehearsal.plan()).targetIdentity, targetIdentity, 'The identity changed.');
}

async function showsTheDisturbed(rehearsal: Rehearsal): Promise<void> {
  await rehearsal.applyAll();
  const id = await comparedId(rehearsal);
  await rehearsal.fixture.disturb(id);

  const { changes } = await rehearsal.plan();

  const disturbed = changes.filter(({ action }) => action !== 'none' && action !== 'execute');
  mustEqual(
    disturbed.map((one) => `${one.action} ${one.id}`),
    [`update ${id}`],
  );
  must((disturbed[0]?.fields.length ?? 0) > 0, `${id}: an update without a field`);

  await rehearsal.applyAll();
  const left = (await rehearsal.plan()).changes.find((one) => one.id === id);
  mustEqual(left?.action, 'none', `${id}: applying did not bring it back`);
}

async function statesVersions(rehearsal: Rehearsal): Promise<void> {
  for (const { id, version } of (await rehearsal.plan()).changes) {
    mustEqual(version, undefined, `${id}: a create has a version`);
  }
  await rehearsal.applyAll();
  const id = await comparedId(rehearsal);
  const [before] = await rehearsal.observe([id]);
  await rehearsal.fixture.disturb(id);
  const [after] = await rehearsal.observe([id]);
  must(before && after && before.version !== after.version, `${id}: its version did not change`);

  const { changes } = await rehearsal.plan();
  mustEqual(changes.find((one) => one.id === id)?.version, after.version);
}

async function deletesNothingElse(rehearsal: Rehearsal): Promise<void> {
  await rehearsal.applyAll();

  const { changes } = await rehearsal.plan({ prepared: nothing, inventory: [] });

  const deletes = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  mustEqual(deletes, [], 'Something outside of the inventory would be deleted.');
}

/** A resource that has a state to compare, hence can be disturbed. */
export async function comparedId(rehearsal: Rehearsal): Promise<ResourceId> {
  const { resources } = await rehearsal.prepare();
  const found = resources.find(({ executes }) => executes === undefined);
  if (!found) throw new Error('The fixture has no resource that is compared.');
  return found.id;
}

export function sorted(ids: readonly string[]): readonly string[] {
  return ids.toSorted();
}
