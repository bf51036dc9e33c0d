import { describe, expect, it } from 'vitest';

import { clusters } from './harness/cluster.ts';
import {
  createGiteaProject,
  type GiteaComment,
  type GiteaProject,
  hasGitea,
} from './harness/gitea-project.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

describe.runIf(hasGitea).each(clusters)('on %s, with a real Gitea', (_name, open) => {
  it('a merge request shows its plan, changes nothing, and does just that once it is merged', async () => {
    await using here = await install(open);
    await using gitea = await createGiteaProject();
    const file = (value: string) => configMap(here.namespace, 'door', value);
    await follow(here, gitea);
    const first = gitea.push('main', {
      'trueup.yaml': project({ context: here.cluster.context }),
      'shop/a.yaml': file('one'),
    });
    await hint(here);
    await applied(here, first);
    const head = gitea.push('topic', { 'shop/a.yaml': file('two') });
    const number = await gitea.open('topic');
    await hint(here);

    const planned = await commentWith(gitea, number, '+   data.value: "two"');

    expect(planned.body).toContain('### Trueup: 1 to update in 1 stack');
    await poll('the status is there', async () =>
      (await gitea.statuses(head)).includes('trueup/plan: success'),
    );
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'one' });

    gitea.push('topic', { 'shop/a.yaml': file('three') });
    await hint(here);
    const again = await commentWith(gitea, number, '+   data.value: "three"');
    expect(again.id).toBe(planned.id);

    const merged = await gitea.merge(number);
    await hint(here);
    await applied(here, merged);
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'three' });

    const back = await rollBack(here, merged);
    await hint(here);
    await commentWith(gitea, back, '+   data.value: "one"');
    const reverted = await gitea.merge(back);
    await hint(here);
    await applied(here, reverted);
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'one' });
    expect(here.output).not.toContain(gitea.token);
  });

  it('a merge request is approved there, and just that is applied without being asked again', async () => {
    await using here = await install(open);
    await using gitea = await createGiteaProject();
    const { number, id, bob } = await openAsked(here, gitea);
    const waits = await commentWith(gitea, number, 'waits for 1 approval');
    const command = /\/trueup approve [0-9a-f]{12}/.exec(waits.body)?.[0] ?? '';

    await gitea.say(number, bob, command);
    await hint(here);

    await commentWith(gitea, number, '**approved**');
    await poll('it may be merged', async () =>
      (await gitea.statuses(id)).includes('trueup/approval: success'),
    );
    const merged = await gitea.merge(number);
    await hint(here);
    await applied(here, merged);
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'two' });
    await hint(here);
    await poll('the outcome is told', async () =>
      (await gitea.statuses(id)).includes('trueup/apply: success'),
    );
  });

  it('a review of what is shown approves it, and what changed since is held', async () => {
    await using here = await install(open);
    await using gitea = await createGiteaProject();
    const { number, id, bob } = await openAsked(here, gitea);
    await commentWith(gitea, number, 'waits for 1 approval');
    await poll('it waits', async () =>
      (await gitea.statuses(id)).includes('trueup/approval: pending'),
    );
    // The forge counts in seconds, and what was said in the second of the plan may be about another.
    await nextSecond();

    await gitea.review(number, bob, id);
    await poll('it is approved', async () => {
      await hint(here);
      return (await gitea.statuses(id)).includes('trueup/approval: success');
    });
    const door = `/api/v1/namespaces/${here.namespace}/configmaps/door`;
    const drifted = { data: { value: 'somebody else' } };
    await here.cluster.request('PATCH', door, drifted, 'application/merge-patch+json');
    const merged = await gitea.merge(number);
    await hint(here);

    const run = await poll('the run is held', async () => {
      const { items } = await here.api.runs({ query: { limit: 100 } });
      return items.find((one) => one.revision === merged && one.phase.name === 'held');
    });
    expect('message' in run.phase && run.phase.message).toContain('What was approved');
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'somebody else' });
  });
});

/** Answers with the number of the merge request that takes the rollout of a revision back. */
async function rollBack({ api }: Installation, revision: string): Promise<number> {
  const { name, grants } = await api.signedIn({});
  await api.putMember({
    params: { member: name },
    body: { grants, emails: ['admin@example.com'] },
  });
  const { id } = await poll('it is rolled out', async () => {
    const { items } = await api.rollouts({ query: { limit: 10 } });
    return items.find((item) => item.revision === revision && item.phase === 'succeeded');
  });
  const { number } = await api.rollbackRollout({
    params: { rollout: id },
    body: { reason: 'the door stands open' },
  });
  return number;
}

interface AskedRequest {
  readonly number: number;
  /** Its head. */
  readonly id: string;
  /** Who may approve it. */
  readonly bob: string;
}

/** A merge request where a rule asks for somebody else's approval; what was there is applied. */
async function openAsked(here: Installation, gitea: GiteaProject): Promise<AskedRequest> {
  const file = (value: string): string => configMap(here.namespace, 'door', value);
  await follow(here, gitea);
  const first = gitea.push('main', {
    'trueup.yaml': project({ context: here.cluster.context }),
    'shop/a.yaml': file('one'),
  });
  await hint(here);
  await applied(here, first);
  const bob = `bob-${here.namespace}`;
  const account = await gitea.invite(bob);
  const body = {
    grants: [{ role: 'approver' }],
    groups: ['ops'],
    identities: [`gitea:${account}`],
  } as const;
  await here.api.putMember({ params: { member: 'bob' }, body });
  const rules =
    'rules: [{ stacks: ["*"], approvals: { count: 1, from: [group:ops], excludeAuthor: true } }]';
  const ruled = gitea.push('main', {
    'trueup.yaml': project({ context: here.cluster.context, rules }),
  });
  await hint(here);
  await poll('the rule is in force', async () => {
    const { items } = await here.api.repositories();
    return items.some(({ name, head }) => name === 'shop' && head === ruled);
  });
  const id = gitea.push('topic', { 'shop/a.yaml': file('two') });
  const number = await gitea.open('topic');
  await hint(here);
  return { number, id, bob };
}

async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await poll('the next second', async () => Math.floor(Date.now() / 1000) > now + 1);
}

async function follow({ api }: Installation, gitea: GiteaProject): Promise<void> {
  const uses = [{ kind: 'repository', name: 'shop' }] as const;
  await api.putSecret({ params: { secret: 'forge' }, body: { value: gitea.token, uses } });
  const credential = 'forge';
  const forge = { kind: 'gitea', path: gitea.path, apiUrl: gitea.apiUrl, credential };
  const repository = { name: 'shop', url: gitea.cloneUrl, credential, intervalMs: 3_600_000 };
  await api.addRepository({ body: { ...repository, forge } });
}

function hint({ api }: Installation): Promise<unknown> {
  return api.hintRepository({ params: { repository: 'shop' } });
}

async function applied({ api }: Installation, revision: string): Promise<void> {
  await poll('it is applied', async () => {
    const { items } = await api.runs({ query: { limit: 100 } });
    const own = items.filter(({ stack }) => stack === 'shop/shop');
    return own.some((run) => run.revision === revision && run.phase.name === 'succeeded');
  });
}

async function commentWith(
  gitea: GiteaProject,
  number: number,
  text: string,
): Promise<GiteaComment> {
  return poll(`a comment says ${text}`, async () => {
    const said = await gitea.comments(number);
    const comments = said.filter(({ body }) => body.includes('trueup:plan'));
    if (comments.length > 1) throw new Error('There is more than one comment.');
    return comments.find(({ body }) => body.includes(text));
  });
}
