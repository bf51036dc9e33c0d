import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { MergeMethod, MergeOutcome } from '@trueup/forge-sdk';

import { getRequest, mergeRequest } from '../host/merge-request.ts';
import { openRequest } from '../host/open-request.ts';
import { changeSettings } from '../host/protect-branches.ts';
import type { RepositoryHost } from '../host/repository-host.ts';
import type { HostedActor, HostedMergeRequest } from '../model/hosted-merge-request.ts';
import type { Protection } from '../model/hosted-repository.ts';
import type { FakeHostedClient } from './fake-hosted-client.ts';
import { openAnotherHost, openTestHost, path, type TestHost } from './hosted-fixture.ts';
import { actorOf, pushFiles } from './hosted-stage.ts';

const run = promisify(execFile);

/** `shop/gitops` with two who may write, and what they usually do there. */
export class MergeStage implements AsyncDisposable {
  readonly #opened: TestHost;
  readonly ann: HostedActor;
  readonly ben: HostedActor;
  readonly admin: HostedActor;
  /** The newest one, see {@link restart}. */
  host: RepositoryHost;

  constructor(opened: TestHost) {
    this.#opened = opened;
    this.host = opened.host;
    this.ann = this.admit('ann', 'write');
    this.ben = this.admit('ben', 'write');
    this.admin = this.admit('root', 'admin');
  }

  static async open(): Promise<MergeStage> {
    return new MergeStage(await openTestHost());
  }

  get client(): FakeHostedClient {
    return this.#opened.client;
  }

  admit(login: string, permission: 'read' | 'write' | 'admin'): HostedActor {
    const user = this.client.people.create(login);
    this.client.people.grant(path, user, permission);
    return actorOf(user, permission);
  }

  /** Pushes a branch and opens a merge request from it, as Ann. */
  async change(
    branch: string,
    files: Readonly<Record<string, string | undefined>>,
  ): Promise<HostedMergeRequest> {
    await pushFiles(this.host, { branch, files });
    const title = `Change ${branch}`;
    const request = { sourceBranch: branch, targetBranch: 'main', title, body: '' };
    return await openRequest(this.host, path, request, this.ann);
  }

  /** As Ben. */
  async merge(
    { number, sourceCommit: commit }: HostedMergeRequest,
    method: MergeMethod,
  ): Promise<MergeOutcome> {
    return await mergeRequest(this.host, path, { number, commit, method }, this.ben);
  }

  async find(number: number): Promise<HostedMergeRequest> {
    return await getRequest(this.host, await this.host.open(path), number);
  }

  async headOf(branch: string): Promise<string> {
    return (await this.host.open(path)).git.heads.get(branch) ?? '';
  }

  /** Of a file; rejects where there is none. */
  async show(branch: string, file: string): Promise<string> {
    const { git } = await this.host.open(path);
    const { stdout } = await run('git', ['-C', git.own.path, 'show', `${branch}:${file}`]);
    return stdout.trimEnd();
  }

  async protect(rest: Partial<Protection>): Promise<void> {
    const nothing = { pattern: 'main', checks: [], approvals: 0, resolvedThreads: false };
    const protections = [{ ...nothing, ...rest }];
    await changeSettings(this.host, path, { protections }, this.admin);
  }

  async unprotect(): Promise<void> {
    await changeSettings(this.host, path, { protections: [] }, this.admin);
  }

  /** The process is gone right after its first batch: nothing that comes then happens. */
  async kill(work: () => Promise<unknown>): Promise<void> {
    this.client.onCommit = () => {
      this.client.onCommit = undefined;
      throw new Error('killed');
    };
    await work();
  }

  /** As another process on the same records and folders. */
  async restart(): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    this.host = openAnotherHost(this.client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    await this.#opened[Symbol.asyncDispose]();
  }
}
