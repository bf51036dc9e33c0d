import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { CommitStatus, StatusState } from '../commit-status.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const commitChecks: readonly ForgeCheck[] = [
  { name: 'tells no checks where no CI said anything', run: tellsNone },
  { name: 'tells a check with its description and link', run: tellsCheck },
  { name: 'tells whether checks are pending, passed or failed', run: tellsStates },
  { name: 'tells the newest of several checks of one name', run: tellsNewest },
  { name: 'tells all of more checks than a page has', run: pagesChecks },
  { name: 'keeps checks of two commits apart', run: keepsApart },
  { name: 'leaves our own statuses out of the checks', run: leavesOutOurs },
  { name: 'leaves out what others post in our name', run: leavesOutForged },
  { name: 'posts a status', run: posts },
  { name: 'posts every state', run: postsStates },
  { name: 'replaces a status by a later one', run: replaces },
  { name: 'posts the same status twice without harm', run: postsTwice },
  { name: 'cuts a description to one line that the forge takes', run: cutsDescription },
  { name: 'posts nothing on a commit that is not there', run: refusesUnknown },
];

async function tellsNone(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();

  mustEqual(await rehearsal.checks(commit), []);
}

async function tellsCheck(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  const url = 'https://ci.test/builds/1?a=b&c=d';
  const description = 'All <b>good</b>';
  await rehearsal.stage.check({ commit, name: 'ci/test', state: 'passed', description, url });

  const [check, ...others] = await rehearsal.checks(commit);

  mustEqual(others, []);
  must(check, 'There is no check.');
  const { updatedAt, ...rest } = check;
  mustEqual(rest, { name: 'ci/test', state: 'passed', description, url });
  must(Number.isFinite(Date.parse(updatedAt)), 'It was posted at no time.');
}

async function tellsStates(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  for (const state of states) {
    await rehearsal.stage.check({ commit, name: `ci/${state}`, state });
  }

  const checks = await rehearsal.checks(commit);

  mustEqual(
    checks.map(({ name, state }) => `${name} ${state}`).sort(),
    states.map((state) => `ci/${state} ${state}`).sort(),
  );
}

async function tellsNewest(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  await rehearsal.stage.check({ commit, name: 'ci/test', state: 'passed' });
  await rehearsal.stage.tick();
  await rehearsal.stage.check({ commit, name: 'ci/test', state: 'failed' });

  const checks = await rehearsal.checks(commit);

  mustEqual(
    checks.map(({ state }) => state),
    ['failed'],
  );
}

async function pagesChecks(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  const names: string[] = [];
  for (let count = 0; count < 2 * rehearsal.fixture.pageLength + 1; count += 1) {
    names.push(`ci/${count}`);
    await rehearsal.stage.check({ commit, name: `ci/${count}`, state: 'pending' });
  }

  const checks = await rehearsal.checks(commit);

  mustEqual(checks.map(({ name }) => name).sort(), names.sort());
}

async function keepsApart(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit, branch } = await rehearsal.open();
  await rehearsal.stage.check({ commit, name: 'ci/test', state: 'passed' });

  const next = await rehearsal.stage.commit({ branch, content: 'Next.\n' });

  mustEqual(await rehearsal.checks(next), []);
}

async function leavesOutOurs(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  await post(rehearsal, commit, {});
  await rehearsal.stage.check({ commit, name: 'trueups/plan', state: 'passed' });

  mustEqual(
    (await rehearsal.checks(commit)).map(({ name }) => name),
    ['trueups/plan'],
  );
}

async function leavesOutForged(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  await rehearsal.stage.check({ commit, name: 'trueup/plan', state: 'passed' });

  mustEqual(await rehearsal.checks(commit), []);
}

async function posts(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  const url = 'https://trueup.test/plans/1';

  await post(rehearsal, commit, { state: 'passed', description: 'Adds 3.', url });

  const status = await rehearsal.stage.statusOf(commit, 'trueup/plan');
  mustEqual([status?.state, status?.description, status?.url], ['passed', 'Adds 3.', url]);
}

async function postsStates(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  for (const state of states) {
    await post(rehearsal, commit, { context: `trueup/${state}`, state });

    const status = await rehearsal.stage.statusOf(commit, `trueup/${state}`);

    mustEqual(status?.state, state);
  }
}

async function replaces(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  await post(rehearsal, commit, { state: 'pending' });
  await rehearsal.stage.tick();

  await post(rehearsal, commit, { state: 'failed' });

  mustEqual((await rehearsal.stage.statusOf(commit, 'trueup/plan'))?.state, 'failed');
}

async function postsTwice(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();
  await post(rehearsal, commit, {});
  await post(rehearsal, commit, {});

  mustEqual((await rehearsal.stage.statusOf(commit, 'trueup/plan'))?.state, 'pending');
}

async function cutsDescription(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();

  await post(rehearsal, commit, { description: `One\n${'\u{1F680}'.repeat(3000)}` });

  const description = (await rehearsal.stage.statusOf(commit, 'trueup/plan'))?.description ?? '';
  must(description.startsWith('One \u{1F680}'), `Not the beginning: ${description.slice(0, 9)}`);
  must(!/[\n\ufffd]/.test(description), 'It is more than one line, or holds half a character.');
  must(description.isWellFormed(), 'It holds half a character.');
}

async function refusesUnknown(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => post(rehearsal, '0123456789'.repeat(4), {}));
}

const states: readonly StatusState[] = ['pending', 'passed', 'failed'];

async function post(
  { forge, fixture, call }: ForgeRehearsal,
  commit: string,
  status: Partial<CommitStatus>,
): Promise<void> {
  const whole = { context: 'trueup/plan', state: 'pending', description: 'x', ...status } as const;
  await forge.putStatus(fixture.repository, { commit, status: whole }, call);
}
