import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { MergeMethod, MergeRequest, NewMergeRequest } from '../merge-request.ts';
import { offered } from './check-merge-requests.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const mergingChecks: readonly ForgeCheck[] = [
  { name: 'opens a merge request', run: opens },
  { name: 'opens a draft', run: opensDraft },
  { name: 'opens a merge request between two branches once', run: opensOnce },
  { name: 'opens another one when the first was closed', run: opensAnother },
  { name: 'opens none from a branch that is not there', run: opensNone },
  { name: 'closes a merge request', run: closes },
  { name: 'closes a closed one without harm', run: closesTwice },
  { name: 'leaves a merged one merged', run: keepsMerged },
  { name: 'closes none that is not there', run: closesNone },
  ...(['merge', 'squash', 'fast-forward'] as const).map(mergesBy),
  { name: 'merges nothing when the head moved', run: refusesMoved },
  { name: 'says that it conflicts', run: tellsConflict },
  { name: "says that the forge's rules keep it from being merged", run: tellsRefusal },
  { name: 'merges no draft', run: refusesDraft },
  { name: 'merges nothing that is closed', run: refusesClosed },
  { name: 'merges what is merged at this head already', run: mergesTwice },
  { name: 'says of what was merged at another head that it moved', run: tellsMovedMerged },
  { name: 'merges once when asked twice at once', run: mergesOnce },
  {
    name: 'fast-forwards nothing that has diverged',
    when: ({ mergeMethods }) => mergeMethods.includes('fast-forward'),
    run: refusesDiverged,
  },
  {
    name: 'merges in no way that the forge does not offer',
    when: ({ mergeMethods }) => mergeMethods.length < 3,
    run: refusesMethod,
  },
  { name: 'merges none that is not there', run: mergesNone },
];

async function opens(rehearsal: ForgeRehearsal): Promise<void> {
  const commit = await rehearsal.stage.commit({ branch: 'revert' });

  const opened = await open(rehearsal, { title: 'Revert it', body: 'It was **wrong**.' });

  mustEqual([opened.title, opened.body], ['Revert it', 'It was **wrong**.']);
  mustEqual([opened.source.branch, opened.source.commit], ['revert', commit]);
  mustEqual([opened.target.branch, opened.draft], ['main', false]);
  mustEqual(opened.author.id, rehearsal.fixture.self.id);
  mustEqual(await rehearsal.find(opened.number), opened);
}

async function opensDraft(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stage.commit({ branch: 'revert' });

  const opened = await open(rehearsal, { draft: true, title: 'Look first' });

  mustEqual(opened.draft, true);
  must(opened.title.endsWith('Look first'), `Another title: ${opened.title}`);
}

async function opensOnce(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stage.commit({ branch: 'revert' });
  const first = await open(rehearsal, { title: 'First' });

  const second = await open(rehearsal, { title: 'Second' });

  mustEqual([second.number, second.title], [first.number, 'First']);
  mustEqual(await rehearsal.numbers(), [first.number]);
}

async function opensAnother(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stage.commit({ branch: 'revert' });
  const first = await open(rehearsal, {});
  await rehearsal.stage.close(first.number);

  const second = await open(rehearsal, {});

  must(second.number !== first.number, 'It is the closed one.');
  mustEqual(second.state, { name: 'open' });
}

async function opensNone(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => open(rehearsal, { sourceBranch: 'nothing-here' }));

  mustEqual(await rehearsal.numbers(), []);
}

async function closes(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  await close(rehearsal, number);

  mustEqual((await rehearsal.find(number)).state, { name: 'closed' });
}

async function closesTwice(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  await close(rehearsal, number);

  await close(rehearsal, number);

  mustEqual((await rehearsal.find(number)).state, { name: 'closed' });
}

async function keepsMerged(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  await rehearsal.merge(number, commit, offered(rehearsal));

  await close(rehearsal, number);

  mustEqual((await rehearsal.find(number)).state.name, 'merged');
}

async function closesNone(rehearsal: ForgeRehearsal): Promise<void> {
  await rehearsal.stalls(() => close(rehearsal, 987_654), 'FORGE_NOT_FOUND');
}

function mergesBy(method: MergeMethod): ForgeCheck {
  return {
    name: `merges by ${method}, and names the commit that the target got`,
    when: ({ mergeMethods }) => mergeMethods.includes(method),
    async run(rehearsal) {
      const { number, commit } = await rehearsal.open();

      const outcome = await rehearsal.merge(number, commit, method);

      must(outcome.kind === 'merged', `It is ${outcome.kind}.`);
      const { state } = await rehearsal.find(number);
      must(state.name === 'merged', `It is ${state.name}.`);
      mustEqual(state.commit, outcome.commit);
      mustEqual(await headOfMain(rehearsal), outcome.commit);
      mustEqual(outcome.commit === commit, method === 'fast-forward');
    },
  };
}

async function refusesMoved(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit, branch } = await rehearsal.open();
  await rehearsal.stage.commit({ branch, content: 'Slipped in.\n' });

  mustEqual(await rehearsal.merge(number, commit, offered(rehearsal)), { kind: 'moved' });
  mustEqual((await rehearsal.find(number)).state, { name: 'open' });
}

async function tellsConflict(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, branch } = await rehearsal.open();
  const path = 'both.txt';
  const commit = await rehearsal.stage.commit({ branch, path, content: 'Theirs.\n' });
  await rehearsal.stage.commit({ branch: 'main', path, content: 'Ours.\n' });

  mustEqual(await rehearsal.merge(number, commit, offered(rehearsal)), { kind: 'conflict' });
  mustEqual((await rehearsal.find(number)).state, { name: 'open' });
}

async function tellsRefusal(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  await rehearsal.stage.protect('main');

  await mustRefuse(rehearsal, { number, commit }, offered(rehearsal));

  mustEqual((await rehearsal.find(number)).state, { name: 'open' });
}

async function refusesDraft(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open({ draft: true });

  await mustRefuse(rehearsal, { number, commit }, offered(rehearsal));
}

async function refusesClosed(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  await rehearsal.stage.close(number);

  await mustRefuse(rehearsal, { number, commit }, offered(rehearsal));
}

async function mergesTwice(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  const first = await rehearsal.merge(number, commit, offered(rehearsal));

  const second = await rehearsal.merge(number, commit, offered(rehearsal));

  mustEqual(first.kind, 'merged');
  mustEqual(second, first);
}

async function tellsMovedMerged(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, branch, commit } = await rehearsal.open();
  const head = await rehearsal.stage.commit({ branch, content: 'Slipped in.\n' });
  await rehearsal.merge(number, head, offered(rehearsal));

  mustEqual(await rehearsal.merge(number, commit, offered(rehearsal)), { kind: 'moved' });
}

async function mergesOnce(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  const method = offered(rehearsal);

  const outcomes = await Promise.all([
    rehearsal.merge(number, commit, method).catch(() => undefined),
    rehearsal.merge(number, commit, method).catch(() => undefined),
  ]);

  const merged = outcomes.filter((outcome) => outcome?.kind === 'merged');
  must(merged.length > 0, 'Neither of them merged.');
  const commits = new Set(merged.map((outcome) => JSON.stringify(outcome)));
  mustEqual(commits.size, 1);
  mustEqual((await rehearsal.find(number)).state.name, 'merged');
}

async function refusesDiverged(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  await rehearsal.stage.commit({ branch: 'main', path: 'other.txt' });

  await mustRefuse(rehearsal, { number, commit }, 'fast-forward');
}

async function refusesMethod(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, commit } = await rehearsal.open();
  const all: readonly MergeMethod[] = ['merge', 'squash', 'fast-forward'];
  for (const method of all) {
    if (rehearsal.abilities.mergeMethods.includes(method)) continue;
    await mustRefuse(rehearsal, { number, commit }, method);
  }
}

async function mergesNone(rehearsal: ForgeRehearsal): Promise<void> {
  const commit = '0123456789'.repeat(4);

  await rehearsal.stalls(
    () => rehearsal.merge(987_654, commit, offered(rehearsal)),
    'FORGE_NOT_FOUND',
  );
}

async function mustRefuse(
  rehearsal: ForgeRehearsal,
  { number, commit }: { readonly number: number; readonly commit: string },
  method: MergeMethod,
): Promise<void> {
  const outcome = await rehearsal.merge(number, commit, method);

  must(outcome.kind === 'refused', `It is ${outcome.kind}.`);
  must(/^[^\n]+\.$/.test(outcome.reason), `No sentence: ${outcome.reason}`);
}

async function headOfMain(rehearsal: ForgeRehearsal): Promise<string> {
  const { number } = await rehearsal.open();
  return (await rehearsal.find(number)).target.commit;
}

async function open(
  { forge, fixture, call }: ForgeRehearsal,
  request: Partial<NewMergeRequest>,
): Promise<MergeRequest> {
  const whole = {
    sourceBranch: 'revert',
    targetBranch: 'main',
    title: 'Revert',
    body: '',
    ...request,
  };
  return await forge.openMergeRequest(fixture.repository, whole, call);
}

async function close({ forge, fixture, call }: ForgeRehearsal, number: number): Promise<void> {
  await forge.closeMergeRequest(fixture.repository, number, call);
}
