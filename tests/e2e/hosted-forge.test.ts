import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { clusters, openSandbox } from './harness/cluster.ts';
import { createHostedProject, type HostedProject } from './harness/hosted-project.ts';
import { type Installation, install } from './harness/installation.ts';
import { configMap, project } from './harness/manifests.ts';
import { poll } from './harness/poll.ts';

const repository = 'shop';

describe.each(clusters)('on %s', (_name, open) => {
  it('a merge request of the built-in forge is planned, approved by digest, merged when green, and exactly that is applied; drift is adopted by one', async () => {
    await using here = await install(open);
    const hosted = await createHostedProject(here);
    const { context } = here.cluster;
    const rules = 'rules:\n  - { stacks: ["*"], approvals: { count: 1, excludeAuthor: true } }\n';
    const door = (value: string) => ({ 'shop/a.yaml': configMap(here.namespace, 'door', value) });
    const first = await hosted.push('main', {
      'trueup.yaml': project({ context }),
      ...door('one'),
    });
    await applied(here, first);
    await ruled(here, hosted, project({ context, rules }));
    const bob = await hosted.member('bob', 'approver');

    await hosted.push('topic', door('two'));
    const params = await openFrom(here, 'topic');
    const { source } = await here.api.mergeRequest({ params });
    const digest = await poll('the plan is shown with its digest', async () => {
      const { items } = await here.api.comments({ params, query: {} });
      return /approve ([0-9a-f]{12,64})/.exec(items.map(({ body }) => body).join('\n'))?.[1];
    });
    const order = { commit: source.commit, method: 'squash', whenGreen: true } as const;
    expect(await here.api.mergeMergeRequest({ params, body: order })).toEqual({ kind: 'waiting' });
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'one' });

    await bob.addComment({ params, body: { body: `/trueup approve ${digest}` } });

    const merged = await poll('it is merged', async () => {
      const { merged: end } = await here.api.mergeRequest({ params });
      return end?.commit;
    });
    await applied(here, merged);
    expect((await here.get('configmaps/door')).data).toEqual({ value: 'two' });

    const adopted = await adoptDrift(here);

    expect(adopted).toMatchObject({ refused: [], closedBy: 'adopted', author: 'ada' });
    expect(adopted.patch.match(/^-(?!-).*/gm)).toEqual(['-  value: "two"']);
    expect(adopted.numbers).toEqual([adopted.number, adopted.number]);
    expect((await here.get('configmaps/door')).metadata.resourceVersion).toBe(adopted.written);
  });
});

describe('the built-in forge', () => {
  it('refuses a forced push to main, and who has no token', async () => {
    await using here = await install(() => openSandbox());
    const hosted = await createHostedProject(here);
    const first = await hosted.push('main', { a: '1\n' });
    const other = await hosted.git('commit-tree', '-m', 'Other', 'HEAD^{tree}');

    const force = hosted.git('push', '--force', 'origin', `${other}:refs/heads/main`);
    await expect(force).rejects.toThrow('protected branch');
    const anonymous = hosted.url.replace(/\/\/[^@]*@/, '//');
    await expect(hosted.git('ls-remote', anonymous)).rejects.toThrow('could not read Username');
    expect(await hosted.git('ls-remote', 'origin', 'main')).toContain(first);
  });

  it('serves 50 clones and 50 pushes at once', async () => {
    await using here = await install(() => openSandbox());
    const hosted = await createHostedProject(here);
    await hosted.push('main', { a: '1\n' });
    const numbers = Array.from({ length: 50 }, (_, number) => number);

    await Promise.all(
      numbers.flatMap((number) => [
        hosted.git('clone', '--quiet', '--bare', hosted.url, join(here.folder, `clone-${number}`)),
        hosted.git('push', '--quiet', 'origin', `HEAD:refs/heads/branch-${number}`),
      ]),
    );

    const heads = (await hosted.git('ls-remote', '--heads', 'origin')).split('\n');
    expect(heads.length).toBe(51);
  });

  it('takes a push of 100 MB without holding it in memory', async () => {
    await using here = await install(() => openSandbox());
    const hosted = await createHostedProject(here);
    await hosted.push('main', { a: '1\n' });
    await hosted.git('config', 'core.compression', '0');
    writeFileSync(join(hosted.work, 'large.bin'), randomBytes(100 * 1024 ** 2));
    const before = here.server?.memory() ?? 0;

    const revision = await hosted.push('large', {});

    expect((here.server?.memory() ?? 0) - before).toBeLessThan(80);
    expect(await hosted.git('ls-remote', 'origin', 'large')).toContain(revision);
  });

  it('loses nothing when it is killed in the middle of merges', async () => {
    await using here = await install(() => openSandbox());
    const hosted = await createHostedProject(here);
    await hosted.push('main', { a: '1\n' });
    const names = ['b', 'c', 'd', 'e', 'f', 'g'];
    const requests: Place[] = [];
    for (const name of names) {
      await hosted.git('checkout', '--quiet', 'main');
      await hosted.push(name, { [name]: `${name}\n` });
      requests.push(await openFrom(here, name));
    }
    for (const afterMs of [15, 60, 150]) {
      const merging = requests.map((params) => merge(here, params).catch(() => undefined));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await here.kill();
      await Promise.all(merging);
      await here.start();
      const { told, found } = await look(here, hosted, requests);
      expect(found).toEqual(told);
    }
    for (const params of requests) await merge(here, params);

    expect(await look(here, hosted, requests)).toEqual({ told: names, found: names });
  });
});

interface Place {
  readonly repository: string;
  readonly number: number;
}

/** Which branches the forge says are merged, and which git has in `main`. */
async function look(here: Installation, hosted: HostedProject, requests: readonly Place[]) {
  await hosted.git('remote', 'set-url', 'origin', await addressNow(here, hosted));
  await hosted.git('fetch', '--quiet', 'origin', 'main');
  const files = (await hosted.git('ls-tree', '--name-only', 'FETCH_HEAD')).split('\n');
  const shown = await Promise.all(requests.map((params) => here.api.mergeRequest({ params })));
  const merged = shown.filter(({ state }) => state === 'merged');
  return {
    told: merged.map(({ source }) => source.branch),
    found: files.filter((file) => file !== 'a'),
  };
}

/** What somebody wrote into the cluster gets into Git by a merge request that plans nothing. */
async function adoptDrift(here: Installation) {
  await here.patch('configmaps/door', { data: { value: "it's {{ 1 }}\n- x: #" } });
  const written = (await here.get('configmaps/door')).metadata.resourceVersion;
  const items = async () => {
    const query = { stack: 'shop/shop', limit: 10 };
    return (await here.api.drift({ query })).items;
  };
  await poll('drift is seen', async () => (await items()).find(({ state }) => state === 'open'));

  const params = { repository, stack: 'shop' };
  const { opened, patch, refused } = await here.api.adopt({ params, body: {} });
  const again = await here.api.adopt({ params, body: {} });
  const place = { repository, number: opened?.mergeRequest ?? 0 };
  const { source, author } = await here.api.mergeRequest({ params: place });
  const order = { commit: source.commit, method: 'squash', whenGreen: true } as const;
  await here.api.mergeMergeRequest({ params: place, body: order });
  const closed = await poll('drift is closed', async () =>
    (await items()).find(({ state }) => state === 'closed'),
  );

  const numbers = [opened, again.opened].map((one) => one?.mergeRequest);
  const { closedBy } = closed;
  const { number } = place;
  return { refused, patch, closedBy, author: author.login, numbers, number, written };
}

/** It listens elsewhere after each start. */
async function addressNow(here: Installation, { url }: HostedProject): Promise<string> {
  const address = new URL((await here.server?.address()) ?? '');
  return url.replace(/@[^/]*/, `@${address.host}`);
}

async function merge(here: Installation, params: Place): Promise<void> {
  const { state, source } = await here.api.mergeRequest({ params });
  if (state === 'open')
    await here.api.mergeMergeRequest({ params, body: { commit: source.commit } });
}

async function openFrom(here: Installation, source: string): Promise<Place> {
  const body = { source, title: `Change ${source}` };
  const { number } = await here.api.openMergeRequest({ params: { repository }, body });
  return { repository, number };
}

/** Rules come from the followed branch: they are brought by a merge request, and bind the next one. */
async function ruled(here: Installation, hosted: HostedProject, text: string): Promise<void> {
  await hosted.push('rules', { 'trueup.yaml': text });
  const params = await openFrom(here, 'rules');
  await merge(here, params);
  await hosted.git('fetch', '--quiet', 'origin', 'main');
  await hosted.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
  const protection = { pattern: 'main', checks: ['trueup/plan', 'trueup/approval'], approvals: 0 };
  const protections = [{ ...protection, resolvedThreads: false }];
  const body = { protections, mergeMethods: ['merge', 'squash'] } as const;
  await here.api.changeHosting({ params: { repository }, body });
  const revision = await hosted.git('rev-parse', 'FETCH_HEAD');
  await poll('the rules are in force', async () => {
    const { items } = await here.api.repositories();
    return items.find(({ name }) => name === repository)?.head === revision;
  });
}

async function applied({ api }: Installation, revision: string): Promise<void> {
  await poll('it is applied', async () => {
    const { items } = await api.runs({ query: { limit: 100 } });
    const own = items.filter(({ stack }) => stack === 'shop/shop');
    return own.some((run) => run.revision === revision && run.phase.name === 'succeeded');
  });
}
