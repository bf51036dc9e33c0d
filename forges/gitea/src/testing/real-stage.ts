/** What people do on a real Gitea, through its API and in their name. */
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { CommitStatus, ForgeUser, StatusState } from '@trueup/forge-sdk';
import type { ForgeStage } from '@trueup/forge-sdk/testing';

import type { RealGitea } from './real-gitea.ts';

export interface RealPlace {
  readonly gitea: RealGitea;
  readonly organisation: string;
  readonly path: string;
}

type Answer = Readonly<Record<string, unknown>>;

const patienceMs = 20_000;
/** Gitea counts time in seconds. */
const tickMs = 1100;

export function createRealStage({ gitea, organisation, path }: RealPlace): ForgeStage {
  const repo = `/repos/${path}`;
  const ask = async (method: string, to: string, body?: object, as?: ForgeUser): Promise<Answer> =>
    (await gitea.ask({ method, path: to, as, ...(body && { body }) })) as Answer;
  const list = async (to: string): Promise<readonly Answer[]> =>
    (await gitea.ask({ method: 'GET', path: to })) as readonly Answer[];

  async function headOf(branch: string, of = repo): Promise<string | undefined> {
    const found = await ask('GET', `${of}/branches/${encodeURIComponent(branch)}`).catch(
      () => undefined,
    );
    return found && ((found['commit'] as Answer)['id'] as string);
  }

  /** Gitea looks at open pull requests in the background after a push. */
  async function settle(branch: string, commit: string): Promise<void> {
    await until(async () => {
      const pulls = await list(`${repo}/pulls?state=open&limit=50`);
      const own = pulls.filter((pull) => (pull['head'] as Answer)['label'] === branch);
      return own.every((pull) => (pull['head'] as Answer)['sha'] === commit);
    });
  }

  async function write(branch: string, file: string, content: string, of = repo): Promise<string> {
    const exists = (await headOf(branch, of)) !== undefined;
    const to = `${of}/contents/${encodeURIComponent(file)}`;
    const query = `?ref=${encodeURIComponent(exists ? branch : 'main')}`;
    const known = await ask('GET', `${to}${query}`).catch(() => undefined);
    const answer = await ask(known ? 'PUT' : 'POST', to, {
      content: Buffer.from(content).toString('base64'),
      message: `Change ${file}`,
      ...(known && { sha: known['sha'] }),
      ...(exists ? { branch } : { branch: 'main', new_branch: branch }),
    });
    return (answer['commit'] as Answer)['sha'] as string;
  }

  return {
    user: async (login) => {
      const { id, login: given } = await gitea.createUser(gitea.unique(login));
      return { id, login: given };
    },
    swapLogin: async ({ login }) => {
      const body = { new_username: `${login}-renamed` };
      await ask('POST', `/admin/users/${login}/rename`, body);
      const { id } = await gitea.createUser(login);
      return { id, login };
    },
    grant: async ({ login }, permission) => {
      await ask('PUT', `${repo}/collaborators/${login}`, { permission });
    },
    commit: async ({ branch, path: file, content }, fork) => {
      const name = file ?? `${hash('sha1', branch).slice(0, 8)}.txt`;
      const of = fork === undefined ? repo : `/repos/${fork}`;
      const commit = await write(branch, name, content ?? gitea.unique('content'), of);
      if (fork === undefined) await settle(branch, commit);
      return commit;
    },
    rewrite: async (branch) => {
      const aside = gitea.unique('aside');
      const commit = await write(aside, 'rewritten.txt', gitea.unique('content'));
      const to = `${repo}/branches/${encodeURIComponent(branch)}`;
      await ask('PUT', to, { new_commit_id: commit, force: true });
      await ask('DELETE', `${repo}/branches/${aside}`);
      await settle(branch, commit);
      return commit;
    },
    deleteBranch: async (branch) => {
      await ask('DELETE', `${repo}/branches/${encodeURIComponent(branch)}`);
    },
    fork: async (user) => {
      const answer = await ask('POST', `${repo}/forks`, { name: gitea.unique('fork') }, user);
      return answer['full_name'] as string;
    },
    open: async ({ author, source, target = 'main', title, body, draft, labels = [], fork }) => {
      const answer = await ask(
        'POST',
        `${repo}/pulls`,
        {
          head: fork === undefined ? source : `${fork}:${source}`,
          base: target,
          title: `${draft ? 'WIP: ' : ''}${title ?? `Change ${source}`}`,
          body: body ?? '',
        },
        author,
      );
      const number = answer['number'] as number;
      for (const name of labels) {
        const { id } = await ask('POST', `${repo}/labels`, { name, color: '#abcdef' });
        await ask('POST', `${repo}/issues/${number}/labels`, { labels: [id] });
      }
      return number;
    },
    editTitle: async (number, title) => {
      await ask('PATCH', `${repo}/pulls/${number}`, { title });
    },
    close: async (number) => {
      await ask('PATCH', `${repo}/pulls/${number}`, { state: 'closed' });
    },
    reopen: async (number) => {
      await ask('PATCH', `${repo}/pulls/${number}`, { state: 'open' });
    },
    merge: async ({ number, by }, method) => {
      const body = { Do: method === 'fast-forward' ? 'fast-forward-only' : method };
      const to = `${repo}/pulls/${number}/merge`;
      await until(() => ask('POST', to, body, by).then(() => true, retryLater));
      return (await ask('GET', `${repo}/pulls/${number}`))['merge_commit_sha'] as string;
    },
    review: async ({ number, author, verdict }) => {
      const event = { approved: 'APPROVED', 'changes-requested': 'REQUEST_CHANGES' } as const;
      const body = {
        event: verdict === 'commented' ? 'COMMENT' : event[verdict],
        body: 'So I say.',
      };
      const answer = await ask('POST', `${repo}/pulls/${number}/reviews`, body, author);
      return { number, id: String(answer['id']) };
    },
    dismiss: async ({ number, id }) => {
      const to = `${repo}/pulls/${number}/reviews/${id}/dismissals`;
      await ask('POST', to, { message: 'Not any more.' });
    },
    comment: async ({ number, author, body }) => {
      const answer = await ask('POST', `${repo}/issues/${number}/comments`, { body }, author);
      return { number, id: String(answer['id']) };
    },
    editComment: async ({ id }, body) => {
      await ask('PATCH', `${repo}/issues/comments/${id}`, { body });
    },
    deleteComment: async ({ id }) => {
      await ask('DELETE', `${repo}/issues/comments/${id}`);
    },
    statusOf: async (commit, context) => {
      const all = await list(`${repo}/commits/${commit}/statuses?limit=50`);
      const own = all.filter((status) => status['context'] === context);
      const [newest] = own.sort((one, other) => Number(other['id']) - Number(one['id']));
      return newest && toStatus(newest);
    },
    check: async ({ commit, name: context, state, description, url }) => {
      const words = { pending: 'pending', passed: 'success', failed: 'failure', error: 'error' };
      const body = { context, state: words[state], description, target_url: url };
      await ask('POST', `${repo}/statuses/${commit}`, body);
    },
    group: async ({ name, members }) => {
      const team = gitea.unique(name);
      const units = { 'repo.code': 'read' };
      const body = { name: team, permission: 'read', units_map: units };
      const { id } = await ask('POST', `/orgs/${organisation}/teams`, body);
      for (const { login } of members) await ask('PUT', `/teams/${String(id)}/members/${login}`);
      return `${organisation}/${team}`;
    },
    rename: async () => {
      const name = `${path.split('/')[1]}-renamed`;
      await ask('PATCH', repo, { name });
      return `${organisation}/${name}`;
    },
    removeFork: async (fork) => {
      await ask('DELETE', `/repos/${fork}`);
    },
    protect: async (branch) => {
      const body = { rule_name: branch, required_approvals: 3, enable_push: true };
      await ask('POST', `${repo}/branch_protections`, body);
    },
    tick: () => delay(tickMs),
  };
}

function toStatus(status: Answer): CommitStatus {
  const words: Readonly<Record<string, StatusState>> = {
    pending: 'pending',
    success: 'passed',
    failure: 'failed',
    error: 'error',
  };
  return {
    context: status['context'] as string,
    state: words[status['status'] as string] ?? 'error',
    description: status['description'] as string,
    url: status['target_url'] as string,
  };
}

/** While Gitea looks for conflicts it merges nothing. */
function retryLater(error: unknown): boolean {
  if (String(error).includes('try again later')) return false;
  throw error;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('Gitea does not get there.');
    await delay(50);
  }
}
