import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type ApiClient, listRoutes, type RouteName } from '@trueup/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ServerBench } from '../testing/server-bench.ts';

const run = promisify(execFile);
const place = { repository: 'gitops' };
const params = { ...place, number: 1 };
let folder: string;
let server: ServerBench;
let token: string;
let api: ApiClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-server-hosted-'));
  server = await ServerBench.open({ hostingFolder: folder, failuresPerMinute: 3 });
  token = await server.tokenOf('admin');
  api = await server.clientOf('admin');
  const forge = { kind: 'hosted', path: 'shop/gitops' };
  await api.addRepository({ body: { name: 'gitops', forge } });
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('browsing the built-in forge', () => {
  it('shows folders, files, branches and history to who may view them', async () => {
    const files = [{ path: 'shop/a.yaml', content: 'a: 1\n' }];
    await api.editFiles({ params: place, body: { branch: 'main', message: 'First', files } });
    const viewer = await server.clientOf('viewer');

    const shown = await viewer.readPath({ params: place, query: { path: 'shop' } });
    const file = await viewer.readPath({ params: place, query: { path: 'shop/a.yaml' } });
    const branches = await viewer.branches({ params: place });
    const query = { path: 'shop/a.yaml', limit: 1 };
    const { items } = await viewer.history({ params: place, query });

    expect(shown.content).toMatchObject({ entries: [{ name: 'a.yaml', kind: 'file' }] });
    expect(file).toMatchObject({ branch: 'main', content: { kind: 'text', text: 'a: 1\n' } });
    expect(branches.items).toMatchObject([{ name: 'main', isDefault: true, isProtected: true }]);
    expect(items).toMatchObject([{ commit: file.commit, summary: 'First' }]);
    const outside = { params: place, query: { path: '../../etc/passwd' } };
    await expect(viewer.readPath(outside)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    const none = { params: place, query: { path: 'none' } };
    await expect(viewer.readPath(none)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('another branch of a repository of the built-in forge', () => {
  it('is protected once it is followed, and that is audited', async () => {
    const files = [{ path: 'a', content: '1\n' }];
    await api.editFiles({ params: place, body: { branch: 'release', message: 'It', files } });
    const forge = { kind: 'hosted', path: 'shop/gitops' };
    await api.addRepository({ body: { name: 'other', branch: 'release', forge } });

    const { items } = await api.branches({ params: place });
    const release = items.find(({ name }) => name === 'release');
    expect(release).toMatchObject({ isProtected: true });
    const { items: lines } = await api.audit({ query: { limit: 9 } });
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'repository:protected', subject: 'other' }),
    );
  });
});

describe('what the caller may do', () => {
  it('is said with what is shown, and everything else is refused', async () => {
    await server.deploy();
    await server.proposeNothing();
    const files = (content: string) => [{ path: 'a', content }];
    const first = { branch: 'main', message: 'First', files: files('1\n') };
    await api.editFiles({ params: place, body: first });
    const developer = await server.clientOf('developer');
    const second = { branch: 'change', message: 'Two', files: files('2\n') };
    await developer.editFiles({ params: place, body: second });
    const body = { source: 'change', title: 'Change' };
    await developer.openMergeRequest({ params: place, body });

    const said = new Map<string, readonly (readonly string[])[]>();
    for (const role of ['viewer', 'developer', 'approver', 'operator', 'emergency'] as const) {
      const asks = await server.clientOf(role);
      const [repository] = (await asks.repositories()).items;
      const stack = await asks.stack({ params: { repository: 'infra', stack: 'shop' } });
      const set = await asks.changeSet({ params: { changeSet: 'c1' } });
      expect(repository?.may).toEqual(stack.may);
      expect(set.may).toEqual(stack.may);
      said.set(role, [stack.may, (await asks.mergeRequest({ params })).may]);
      const titled = asks.editMergeRequest({ params, body: { title: role } }).then(() => true);
      const edits = await titled.catch(() => false);
      expect(edits).toBe(said.get(role)?.[1]?.includes('edit'));
      const paused = asks.pause({
        params: { repository: 'infra', stack: 'shop' },
        body: { reason: 'a look' },
      });
      expect(
        await paused.then(
          () => true,
          () => false,
        ),
      ).toBe(stack.may.includes('pause'));
    }

    const planned = ['view', 'plan', 'approve'];
    const works = ['apply', 'cancel', 'resume', 'pause', 'heal', 'rollback', 'alert'];
    expect(Object.fromEntries(said)).toEqual({
      viewer: [['view'], ['comment']],
      developer: [
        ['view', 'plan'],
        ['comment', 'edit', 'merge'],
      ],
      approver: [planned, ['comment', 'review', 'approve', 'edit', 'merge']],
      operator: [
        [...planned, ...works],
        ['comment', 'review', 'approve', 'edit', 'merge'],
      ],
      emergency: [['view', 'break-glass'], ['comment']],
    });
  });

  it('names what keeps a followed branch from being merged into, before anybody tries', async () => {
    const weak =
      "apiVersion: trueup.dev/v1\nrules:\n  - { stacks: ['*'], approvals: { count: 2 } }\n";
    const edit = (branch: string, content: string) => ({
      params: place,
      body: { branch, message: branch, files: [{ path: 'trueup.yaml', content }] },
    });
    await api.editFiles(edit('main', weak));
    const developer = await server.clientOf('developer');
    await developer.editFiles(edit('change', 'apiVersion: trueup.dev/v1\n'));
    await developer.openMergeRequest({ params: place, body: { source: 'change', title: 'x' } });

    const { obstacle } = await developer.mergeRequest({ params });
    expect(obstacle).toContain('Trueup has not looked at this head yet');
    expect((await api.mergeRequest({ params })).obstacle).toBeUndefined();
  });
});

describe('the built-in forge by HTTP', () => {
  it('answers every route as the document says', async () => {
    const asked = new Map<string, number>();
    const ask = async (name: RouteName, input: object = {}): Promise<Record<string, never>> => {
      const response = await server.request(name, input, token);
      asked.set(name, response.status);
      return response.status === 204 ? {} : ((await response.json()) as Record<string, never>);
    };
    const first = { branch: 'main', message: 'First', files: [{ path: 'a', content: '1\n' }] };
    await ask('editFiles', { params: place, body: first });
    const change = { branch: 'change', message: 'Two', files: [{ path: 'a', content: '2\n' }] };
    const { commit } = await ask('editFiles', { params: place, body: change });
    const request = { source: 'change', title: 'Change', labels: ['x'], reviewers: ['admin'] };
    await ask('openMergeRequest', { params: place, body: request });
    await ask('mergeRequests', { params: place, query: { state: 'open' } });
    await ask('editMergeRequest', { params, body: { description: 'Why', draft: false } });
    await ask('mergeRequestDiff', { params, query: { limit: 1 } });
    await ask('mergeConflicts', { params });
    const none = { source: commit, target: commit, files: [] };
    await ask('resolveConflicts', { params, body: none });
    const thread = { body: '```suggestion\n3\n```', place: { path: 'a', line: 1, commit } };
    const { id } = await ask('addComment', { params, body: thread });
    const comment = { ...params, comment: id };
    await ask('editComment', { params: comment, body: { body: thread.body } });
    await ask('resolveThread', { params: comment, body: { resolved: true } });
    await ask('applySuggestion', { params: comment, body: { body: thread.body, commit } });
    await ask('comments', { params });
    await ask('removeComment', { params: comment });
    const review = await ask('addReview', { params, body: { verdict: 'approved' } });
    await ask('reviews', { params });
    await ask('dismissReview', { params: { ...params, review: review['id'] } });
    const check = { name: 'ci', state: 'passed', url: 'https://ci.example.com/1' };
    await ask('postCheck', { params: { ...place, commit }, body: check });
    await ask('checks', { params: { ...place, commit } });
    await ask('closeMergeRequest', { params });
    await ask('reopenMergeRequest', { params });
    const { source } = await api.mergeRequest({ params });
    await ask('mergeRequest', { params });
    await ask('cancelMerge', { params });
    const order = { commit: source.commit, method: 'squash', whenGreen: true };
    await ask('mergeMergeRequest', { params, body: order });
    await ask('revertMergeRequest', { params });
    const settings = { protections: [], mergeMethods: ['merge'] };
    await ask('changeHosting', { params: place, body: settings });
    await ask('hostedRepository', { params: place });
    await api.putSecret({
      params: { secret: 'hook' },
      body: { value: 'key', uses: [{ kind: 'repository', name: 'gitops' }] },
    });
    const hook = { url: 'https://hooks.example.com/x', secret: 'hook', events: ['push'] };
    const webhook = await ask('addWebhook', { params: place, body: hook });
    await ask('webhooks', { params: place });
    await ask('webhookDeliveries', { params: place });
    await ask('removeWebhook', { params: { ...place, webhook: webhook['id'] } });
    await ask('retryWebhookDelivery', { params: { ...place, delivery: 'none' } });

    const names = listRoutes().filter(({ tag }) => tag === 'merge-requests');
    expect([...asked.keys()].sort()).toEqual(names.map(({ name }) => name).sort());
    const refused = [...asked].filter(([, status]) => status >= 300);
    expect(refused).toEqual([
      ['resolveConflicts', 409],
      ['retryWebhookDelivery', 404],
    ]);
  });

  it('merges by no name of a repository what another name of it would refuse', async () => {
    const forge = { kind: 'hosted', path: 'shop/gitops' };
    await api.addRepository({ body: { name: 'release', branch: 'release', forge } });
    const files = [{ path: 'a', content: '1\n' }];
    await api.editFiles({ params: place, body: { branch: 'main', message: 'First', files } });
    const developer = await server.clientOf('developer');
    const change = [{ path: 'a', content: '2\n' }];
    const edit = { branch: 'change', message: 'Two', files: change };
    const { commit } = await developer.editFiles({ params: place, body: edit });
    const body = { source: 'change', title: 'Change' };
    await developer.openMergeRequest({ params: place, body });

    for (const repository of ['gitops', 'release']) {
      const merging = developer.mergeMergeRequest({
        params: { repository, number: 1 },
        body: { commit },
      });
      await expect(merging).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  it('tells what is wrong as a problem with a public code', async () => {
    const first = { branch: 'main', message: 'First', files: [{ path: 'a', content: '1\n' }] };
    await api.editFiles({ params: place, body: first });
    const status = { name: 'trueup/plan', state: 'passed' } as const;
    const none = { params: { ...place, number: 9 } };
    const outside = { ...first, branch: 'x', files: [{ path: '../a', content: '' }] };

    for (const [attempt, code] of [
      [() => api.mergeRequest(none), 'NOT_FOUND'],
      [() => api.editFiles({ params: place, body: first }), 'CONFLICT'],
      [() => api.editFiles({ params: place, body: outside }), 'INVALID_REQUEST'],
      [
        () => api.postCheck({ params: { ...place, commit: 'a'.repeat(40) }, body: status }),
        'INVALID_REQUEST',
      ],
      [
        () => api.openMergeRequest({ params: place, body: { source: 'none', title: 'x' } }),
        'NOT_FOUND',
      ],
      [
        () => api.openMergeRequest({ params: place, body: { source: 'main', title: 'x' } }),
        'INVALID_REQUEST',
      ],
    ] as const) {
      await expect(attempt()).rejects.toMatchObject({ problem: { code } });
    }
  });

  it('serves git with a token as the password, or as a bearer, and counts no first request', async () => {
    await api.editFiles({
      params: place,
      body: { branch: 'main', message: 'First', files: [{ path: 'a', content: '1\n' }] },
    });
    const url = `${server.baseUrl}/git/shop/gitops.git`;
    const withToken = url.replace('://', `://x:${token}@`);
    const header = `http.extraHeader=Authorization: Bearer ${token}`;

    for (let count = 0; count < 4; count += 1) await git('ls-remote', withToken);
    expect(await git('-c', header, 'ls-remote', url)).toContain('refs/heads/main');
    const wrong = url.replace('://', '://x:wrong@');
    await expect(git('ls-remote', wrong)).rejects.toThrow('Authentication failed');
    const stranger = await server.tokenOf('stranger');
    await expect(git('ls-remote', url.replace('://', `://x:${stranger}@`))).rejects.toThrow(
      'not found',
    );
    const plain = await fetch(`${url}/info/refs?service=git-upload-pack`);
    expect(plain.headers.get('www-authenticate')).toBe('Basic realm="Trueup"');
    for (const path of ['HEAD', 'config', 'objects/info/packs', 'info/refs', '../../x']) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${url}/${path}`, { headers })).status).toBe(404);
    }
  });
});

async function git(...words: readonly string[]): Promise<string> {
  const env = {
    PATH: '/usr/bin:/bin:/usr/local/bin',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  const { stdout } = await run('git', [...words], { env });
  return stdout;
}
