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
    expect(here.output).not.toContain(gitea.token);
  });
});

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
    const comments = await gitea.comments(number);
    if (comments.length > 1) throw new Error('There is more than one comment.');
    return comments.find(({ body }) => body.includes(text));
  });
}
