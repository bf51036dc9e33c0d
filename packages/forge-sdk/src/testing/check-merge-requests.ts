import { ok as must, deepStrictEqual as mustEqual } from 'node:assert';

import type { MergeMethod } from '../merge-request.ts';
import type { ForgeCheck } from './forge-check.ts';
import type { ForgeRehearsal } from './forge-rehearsal.ts';

export const mergeRequestChecks: readonly ForgeCheck[] = [
  { name: 'says which repository it is, and who we are there', run: describesRepository },
  { name: 'shows its credential in no facts', run: hidesCredential },
  { name: 'says what our credential may not do', run: tellsMissingRights },
  { name: 'names the reference of a head that git fetches', run: namesReference },
  { name: 'lists none where there are none', run: listsNone },
  { name: 'lists all of more merge requests than a page has', run: listsPages },
  { name: 'lists the merge request that moved last first', run: listsByTime },
  { name: 'lists only open ones when asked for them', run: listsOpen },
  { name: 'lists only those that moved since', run: listsSince },
  { name: 'tells all of a merge request', run: tellsAll },
  { name: 'tells the same of it in a list and by its number', run: tellsTheSame },
  { name: 'knows no merge request by another number', run: knowsNoOther },
  { name: 'follows the head when it is pushed', run: followsPush },
  { name: 'follows the head when it is replaced', run: followsRewrite },
  { name: 'names the head of the target as it is now', run: namesTarget },
  { name: 'keeps the head of a branch that is gone', run: keepsHead },
  { name: 'keeps the head that was merged when its branch moves on', run: keepsMergedHead },
  { name: 'names the fork that a change comes from', run: namesFork },
  {
    name: 'keeps the head of a fork that is gone, and takes it for nobody else',
    when: ({ movesRepositories }) => movesRepositories === true,
    run: outlivesFork,
  },
  {
    name: 'reads and writes where the repository has another path by now',
    when: ({ movesRepositories }) => movesRepositories === true,
    run: followsRename,
  },
  { name: 'tells a draft', run: tellsDraft },
  { name: 'tells labels', run: tellsLabels },
  { name: 'tells a new title, and that it moved', run: tellsTitle },
  { name: 'tells what was closed', run: tellsClosed },
  { name: 'tells what was opened again', run: tellsReopened },
  ...(['merge', 'squash', 'fast-forward'] as const).map(mergedBy),
  { name: 'finds no merge request of a commit that none brought', run: findsNone },
  { name: 'finds no merge request by a commit that is not merged', run: findsNoneOpen },
  { name: 'passes hostile titles, texts and branches as they are', run: passesHostile },
];

async function describesRepository({
  fixture,
  forge,
  call,
  abilities,
}: ForgeRehearsal): Promise<void> {
  const { repository, self } = fixture;

  const facts = await forge.describe(repository, call);

  mustEqual(facts.path, repository.path);
  mustEqual(facts.defaultBranch, 'main');
  mustEqual(facts.self, { id: self.id, login: self.login });
  mustEqual([...facts.mergeMethods].sort(), [...abilities.mergeMethods].sort());
  mustEqual(facts.diagnostics, []);
  must(/^https?:\/\//.test(facts.cloneUrl), `No address to clone from: ${facts.cloneUrl}`);
  must(facts.id !== '', 'The repository has no id.');
}

async function hidesCredential({ fixture, forge, call }: ForgeRehearsal): Promise<void> {
  const facts = await forge.describe(fixture.repository, call);

  must(!JSON.stringify(facts).includes(fixture.token), 'The facts show the credential.');
  mustEqual(new URL(facts.cloneUrl).password, '');
}

async function tellsMissingRights({ fixture, forge, call }: ForgeRehearsal): Promise<void> {
  if (!fixture.reader) return;

  const { diagnostics } = await forge.describe(fixture.reader, call);

  must(diagnostics.length > 0, 'A reader can do everything.');
}

async function namesReference({ forge }: ForgeRehearsal): Promise<void> {
  const [one, other] = [forge.headRef(7), forge.headRef(8)];

  must(/^refs\/[\w-]+\/7\/head$/.test(one), `No reference: ${one}`);
  mustEqual(other, one.replace('7', '8'));
}

async function listsNone(rehearsal: ForgeRehearsal): Promise<void> {
  mustEqual(await rehearsal.list(), []);
}

async function listsPages(rehearsal: ForgeRehearsal): Promise<void> {
  const author = await rehearsal.developer();
  const numbers: number[] = [];
  for (let count = 0; count < 2 * rehearsal.fixture.pageLength + 1; count += 1) {
    numbers.push((await rehearsal.open({ author })).number);
  }

  const listed = await rehearsal.numbers();

  mustEqual([...listed].sort(byNumber), numbers);
}

async function listsByTime(rehearsal: ForgeRehearsal): Promise<void> {
  const author = await rehearsal.developer();
  const first = await rehearsal.open({ author });
  await rehearsal.stage.tick();
  const second = await rehearsal.open({ author });
  await rehearsal.stage.tick();
  mustEqual(await rehearsal.numbers(), [second.number, first.number]);

  await rehearsal.stage.comment({ number: first.number, author, body: 'Ping.' });

  mustEqual(await rehearsal.numbers(), [first.number, second.number]);
}

async function listsOpen(rehearsal: ForgeRehearsal): Promise<void> {
  const author = await rehearsal.developer();
  const open = await rehearsal.open({ author });
  const closed = await rehearsal.open({ author });
  await rehearsal.stage.close(closed.number);

  mustEqual(await rehearsal.numbers({ state: 'open' }), [open.number]);
  mustEqual([...(await rehearsal.numbers())].sort(byNumber), [open.number, closed.number]);
}

async function listsSince(rehearsal: ForgeRehearsal): Promise<void> {
  const author = await rehearsal.developer();
  await rehearsal.open({ author });
  await rehearsal.stage.tick();
  const second = await rehearsal.open({ author });
  const { updatedAt } = await rehearsal.find(second.number);

  mustEqual(await rehearsal.numbers({ updatedSince: updatedAt }), [second.number]);
}

async function tellsAll(rehearsal: ForgeRehearsal): Promise<void> {
  const title = 'Raise the limit';
  const body = 'Because **so**.\n\n- one\n- two';
  const { number, author, commit, branch } = await rehearsal.open({ title, body });
  const { path } = rehearsal.fixture.repository;

  const found = await rehearsal.find(number);

  mustEqual(found.number, number);
  mustEqual(found.title, title);
  mustEqual(found.body, body);
  mustEqual(found.author, author);
  mustEqual(found.state, { name: 'open' });
  mustEqual(found.draft, false);
  mustEqual(found.labels, []);
  mustEqual(found.source, { repository: path, branch, commit });
  mustEqual(found.target.repository, path);
  mustEqual(found.target.branch, 'main');
  must(/^[\da-f]{40,64}$/.test(found.target.commit), 'The target has no commit.');
  must(/^https?:\/\//.test(found.url), 'There is no address for people.');
  must(Number.isFinite(Date.parse(found.createdAt)), 'It was created at no time.');
  must(Date.parse(found.updatedAt) >= Date.parse(found.createdAt), 'It moved before it was.');
}

async function tellsTheSame(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open({ labels: ['one'], draft: true });

  mustEqual(await rehearsal.list(), [await rehearsal.find(number)]);
}

async function knowsNoOther({ fixture, forge, call }: ForgeRehearsal): Promise<void> {
  mustEqual(await forge.mergeRequest(fixture.repository, 987_654, call), undefined);
}

async function followsPush(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, branch } = await rehearsal.open();

  const commit = await rehearsal.stage.commit({ branch, content: 'More.\n' });

  mustEqual((await rehearsal.find(number)).source.commit, commit);
}

async function followsRewrite(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, branch } = await rehearsal.open();

  const commit = await rehearsal.stage.rewrite(branch);

  mustEqual((await rehearsal.find(number)).source.commit, commit);
}

async function namesTarget(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  const commit = await rehearsal.stage.commit({ branch: 'main', path: 'other.txt' });

  mustEqual((await rehearsal.find(number)).target.commit, commit);
  mustEqual(
    (await rehearsal.list()).map(({ target }) => target.commit),
    [commit],
  );
}

async function keepsHead(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author, commit, branch } = await rehearsal.open();
  await rehearsal.stage.merge({ number, by: author }, offered(rehearsal));

  await rehearsal.stage.deleteBranch(branch);

  const { source } = await rehearsal.find(number);
  mustEqual(source, { repository: rehearsal.fixture.repository.path, branch, commit });
}

async function keepsMergedHead(rehearsal: ForgeRehearsal): Promise<void> {
  const { number, author, commit, branch } = await rehearsal.open();
  await rehearsal.stage.merge({ number, by: author }, offered(rehearsal));

  await rehearsal.stage.commit({ branch, path: 'later.txt' });

  mustEqual((await rehearsal.find(number)).source.commit, commit);
  mustEqual(
    (await rehearsal.list()).map(({ source }) => source.commit),
    [commit],
  );
}

async function namesFork(rehearsal: ForgeRehearsal): Promise<void> {
  const { stage } = rehearsal;
  const author = await stage.user('stranger');
  await stage.grant(author, 'read');
  const fork = await stage.fork(author);
  const commit = await stage.commit({ branch: 'theirs' }, fork);

  const number = await stage.open({ author, source: 'theirs', fork });

  const { source, target } = await rehearsal.find(number);
  mustEqual(source, { repository: fork, branch: 'theirs', commit });
  mustEqual(target.repository, rehearsal.fixture.repository.path);
}

async function outlivesFork(rehearsal: ForgeRehearsal): Promise<void> {
  const { stage } = rehearsal;
  const author = await stage.user('stranger');
  await stage.grant(author, 'read');
  const fork = await stage.fork(author);
  const commit = await stage.commit({ branch: 'theirs' }, fork);
  const number = await stage.open({ author, source: 'theirs', fork });

  await stage.removeFork?.(fork);

  const { source, target } = await rehearsal.find(number);
  mustEqual(source.commit, commit);
  must(source.repository !== target.repository, 'It is taken for one of our own branches.');
  mustEqual(await rehearsal.numbers(), [number]);
}

async function followsRename(rehearsal: ForgeRehearsal): Promise<void> {
  const { fixture, forge, stage, call } = rehearsal;
  const { number, author, commit } = await rehearsal.open();
  const known = await rehearsal.put(number, { body: 'Before.' });

  await stage.rename?.();

  const { source, target } = await rehearsal.find(number);
  mustEqual(source.repository, target.repository);
  mustEqual(await rehearsal.numbers({ state: 'open' }), [number]);
  mustEqual((await rehearsal.put(number, { body: 'After.', known })).id, known.id);
  const status = { context: 'trueup/plan', state: 'passed', description: 'Planned' } as const;
  await forge.putStatus(fixture.repository, { commit, status }, call);
  mustEqual((await stage.statusOf(commit, 'trueup/plan'))?.state, 'passed');
  mustEqual((await rehearsal.comments(number)).length, 1);
  mustEqual(await forge.permission(fixture.repository, author, call), 'write');
}

async function tellsDraft(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open({ draft: true });

  mustEqual((await rehearsal.find(number)).draft, true);
}

async function tellsLabels(rehearsal: ForgeRehearsal): Promise<void> {
  const labels = ['kind/bug', 'needs: review'];
  const { number } = await rehearsal.open({ labels });

  mustEqual([...(await rehearsal.find(number)).labels].sort(), labels);
}

async function tellsTitle(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  const before = await rehearsal.find(number);
  await rehearsal.stage.tick();

  await rehearsal.stage.editTitle(number, 'Another one');

  const after = await rehearsal.find(number);
  mustEqual(after.title, 'Another one');
  must(Date.parse(after.updatedAt) > Date.parse(before.updatedAt), 'It did not move.');
}

async function tellsClosed(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();

  await rehearsal.stage.close(number);

  mustEqual((await rehearsal.find(number)).state, { name: 'closed' });
}

async function tellsReopened(rehearsal: ForgeRehearsal): Promise<void> {
  const { number } = await rehearsal.open();
  await rehearsal.stage.close(number);

  await rehearsal.stage.reopen(number);

  mustEqual((await rehearsal.find(number)).state, { name: 'open' });
}

function mergedBy(method: MergeMethod): ForgeCheck {
  return {
    name: `tells what was merged (${method}), and finds it by its commit`,
    when: ({ mergeMethods }) => mergeMethods.includes(method),
    async run(rehearsal) {
      const { number } = await rehearsal.open();
      const by = await rehearsal.developer();

      const commit = await rehearsal.stage.merge({ number, by }, method);

      const { state } = await rehearsal.find(number);
      must(state.name === 'merged', `It is ${state.name}.`);
      mustEqual(state.commit, commit);
      mustEqual(state.by, by);
      must(Number.isFinite(Date.parse(state.at)), 'It was merged at no time.');
      mustEqual(await rehearsal.mergeRequestOf(commit), number);
    },
  };
}

async function findsNone(rehearsal: ForgeRehearsal): Promise<void> {
  const commit = await rehearsal.stage.commit({ branch: 'main', path: 'direct.txt' });

  mustEqual(await rehearsal.mergeRequestOf(commit), undefined);
  mustEqual(await rehearsal.mergeRequestOf('0123456789'.repeat(4)), undefined);
}

async function findsNoneOpen(rehearsal: ForgeRehearsal): Promise<void> {
  const { commit } = await rehearsal.open();

  mustEqual(await rehearsal.mergeRequestOf(commit), undefined);
}

async function passesHostile(rehearsal: ForgeRehearsal): Promise<void> {
  const title = '"><img src=x onerror=alert(1)> $(id) `id` {{7*7}} \u202egnp.exe';
  const body = '<!-- trueup:plan -->\n</details><script>x</script>\n\n```\n/trueup approve 0123';
  const source = 'feature/ä;rm&x=1#y%2F-z"q\'';
  const { number } = await rehearsal.open({ title, body, source });

  const found = await rehearsal.find(number);

  mustEqual(found.title, title);
  mustEqual(found.body, body);
  mustEqual(found.source.branch, source);
}

/** A way that this forge merges in. */
export function offered({ abilities }: ForgeRehearsal): MergeMethod {
  const [method] = abilities.mergeMethods;
  must(method, 'The forge merges in no way.');
  return method;
}

function byNumber(one: number, other: number): number {
  return one - other;
}
