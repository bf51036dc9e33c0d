import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env } from 'node:process';

import type { Files } from './git-remote.ts';
import { poll } from './poll.ts';

const { TRUEUP_FORGE_URL: url = '', TRUEUP_FORGE_USER: user = '', TRUEUP_FORGE_TOKEN = '' } = env;

/** Whether a real Gitea is there; see `tools/testbed/forge`. */
export const hasGitea: boolean = url !== '';

export interface GiteaComment {
  readonly id: number;
  readonly body: string;
}

/** A repository on a real Gitea, and somebody who pushes to it and opens merge requests. */
export class GiteaProject {
  readonly apiUrl: string = `${url}/api/v1`;
  readonly token: string = TRUEUP_FORGE_TOKEN;
  readonly path: string;
  readonly cloneUrl: string;
  readonly #invited: string[] = [];
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'trueup-gitea-'));

  constructor() {
    const name = `e2e-${randomBytes(4).toString('hex')}`;
    this.path = `${user}/${name}`;
    this.cloneUrl = `${url}/${this.path}.git`;
  }

  /** Makes it on the forge, empty. */
  async prepare(): Promise<void> {
    const [, name] = this.path.split('/');
    await this.#ask('POST', '/user/repos', { name, private: true, default_branch: 'main' });
    const { host } = new URL(url);
    this.#git('init', '--quiet', '--initial-branch=main');
    const origin = `http://${user}:${this.token}@${host}/${this.path}.git`;
    this.#git('remote', 'add', 'origin', origin);
  }

  /** Commits on top of where the branch is, or of `main`, and pushes; answers with the revision. */
  push(branch: string, files: Files): string {
    if (branch !== 'main') this.#git('checkout', '--quiet', '-B', branch);
    for (const [path, text = ''] of Object.entries(files)) {
      const place = join(this.#folder, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '-m', 'change');
    this.#git('push', '--quiet', 'origin', branch);
    return this.#git('rev-parse', 'HEAD');
  }

  async open(branch: string): Promise<number> {
    const request = { head: branch, base: 'main', title: 'Change' };
    // A pushed branch is taken in by the background: until then it answers 404.
    const { number } = await this.#askPatiently(404, `${this.#place}/pulls`, request);
    return number;
  }

  /** Somebody else who may push; answers with the id by which the forge knows the account. */
  async invite(name: string): Promise<number> {
    const account = {
      username: name,
      email: `${name}@example.com`,
      password: randomBytes(12).toString('hex'),
      must_change_password: false,
    };
    const { id } = await this.#ask('POST', '/admin/users', account);
    this.#invited.push(name);
    await this.#ask('PUT', `${this.#place}/collaborators/${name}`, { permission: 'write' });
    return id;
  }

  /** In the name of whom. */
  async say(number: number, name: string, body: string): Promise<void> {
    await this.#ask('POST', `${this.#place}/issues/${number}/comments?sudo=${name}`, { body });
  }

  /** Approves a commit, in the name of whom. */
  async review(number: number, name: string, commit: string): Promise<void> {
    const review = { event: 'APPROVED', commit_id: commit, body: 'Sound.' };
    await this.#ask('POST', `${this.#place}/pulls/${number}/reviews?sudo=${name}`, review);
  }

  async comments(number: number): Promise<readonly GiteaComment[]> {
    return this.#ask('GET', `${this.#place}/issues/${number}/comments`);
  }

  /** `CONTEXT: STATE` of a commit, each context's newest. */
  async statuses(commit: string): Promise<readonly string[]> {
    const { statuses } = await this.#ask('GET', `${this.#place}/commits/${commit}/status`);
    return (statuses ?? []).map(
      ({ context, status }: { readonly context: string; readonly status: string }) =>
        `${context}: ${status}`,
    );
  }

  /** Answers with the head of `main` after it. */
  async merge(number: number): Promise<string> {
    // Whether a pushed head merges is found out in the background: until then it answers 405.
    await this.#askPatiently(405, `${this.#place}/pulls/${number}/merge`, { Do: 'merge' });
    const { commit } = await this.#ask('GET', `${this.#place}/branches/main`);
    return commit.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await this.#ask('DELETE', this.#place);
    for (const name of this.#invited) {
      await this.#ask('DELETE', `/admin/users/${name}?purge=true`);
    }
  }

  get #place(): string {
    return `/repos/${this.path}`;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any kind.
  async #ask(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.#send(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Posts again and again as long as the answer is `notYet`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any kind.
  async #askPatiently(notYet: number, path: string, body: unknown): Promise<any> {
    return await poll(`${path} is ready`, async () => {
      const answer = await this.#send('POST', path, body);
      const text = await answer.text();
      if (answer.status === notYet) return undefined;
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
      return text === '' ? {} : JSON.parse(text);
    });
  }

  #send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.apiUrl}${path}`, {
      method,
      headers: { authorization: `token ${this.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  #git(...given: readonly string[]): string {
    const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const args = [...identity, '-c', 'commit.gpgsign=false', '-C', this.#folder, ...given];
    return execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  }
}

/** An empty repository, which goes when it is disposed. */
export async function createGiteaProject(): Promise<GiteaProject> {
  await using opened = new AsyncDisposableStack();
  // biome-ignore lint/nursery/useDisposables: it is the caller's, unless it cannot be prepared.
  const project = opened.use(new GiteaProject());
  await project.prepare();
  opened.move();
  return project;
}
