/** Plays the control plane's part towards one forge, for the checks of the suite. */
import { AssertionError, ok as must } from 'node:assert';

import { OperationError, StalledError } from '@trueup/diagnostics';

import type { Comment, CommentPlace, OwnComment } from '../comment.ts';
import type { Check } from '../commit-status.ts';
import type { Forge, ForgeCall, MergeRequestFilter } from '../forge.ts';
import type { ForgeUser } from '../forge-user.ts';
import type { MergeMethod, MergeOutcome, MergeRequest } from '../merge-request.ts';
import type { Review } from '../review.ts';
import { type ForgeAbilities, type ForgeFixture, foreignText } from './forge-fixture.ts';
import type { ForgeStage, StagedMergeRequest } from './forge-stage.ts';

/** A merge request that is as it was opened, and who brought it. */
export interface Opened {
  readonly number: number;
  readonly author: ForgeUser;
  readonly commit: string;
  readonly branch: string;
}

export class ForgeRehearsal {
  readonly fixture: ForgeFixture;
  readonly abilities: ForgeAbilities;
  readonly forge: Forge;
  readonly stage: ForgeStage;
  #count = 0;

  constructor(fixture: ForgeFixture, abilities: ForgeAbilities) {
    this.fixture = fixture;
    this.abilities = abilities;
    this.forge = fixture.forge;
    this.stage = fixture.stage;
  }

  get call(): ForgeCall {
    return { signal: new AbortController().signal };
  }

  /** Somebody who may push. */
  async developer(): Promise<ForgeUser> {
    const user = await this.stage.user('dev');
    await this.stage.grant(user, 'write');
    return user;
  }

  /** A merge request from a new branch with one commit. */
  async open(request: Partial<StagedMergeRequest> = {}): Promise<Opened> {
    this.#count += 1;
    const { source = `change-${this.#count}`, author = await this.developer() } = request;
    const commit = await this.stage.commit({ branch: source });
    const number = await this.stage.open({ ...request, author, source });
    return { number, author, commit, branch: source };
  }

  async find(number: number): Promise<MergeRequest> {
    const { repository } = this.fixture;
    const found = await this.forge.mergeRequest(repository, number, this.call);
    must(found, `Merge request ${number} was not found.`);
    return found;
  }

  async list(filter: Partial<MergeRequestFilter> = {}): Promise<readonly MergeRequest[]> {
    const { repository } = this.fixture;
    const all = { state: 'all', ...filter } as const;
    return await Array.fromAsync(this.forge.mergeRequests(repository, all, this.call));
  }

  async numbers(filter: Partial<MergeRequestFilter> = {}): Promise<readonly number[]> {
    return (await this.list(filter)).map(({ number }) => number);
  }

  async mergeRequestOf(commit: string): Promise<number | undefined> {
    const { repository } = this.fixture;
    return (await this.forge.mergeRequestOf(repository, commit, this.call))?.number;
  }

  async reviews(number: number): Promise<readonly Review[]> {
    return await this.forge.reviews(this.fixture.repository, number, this.call);
  }

  async comments(number: number, since?: string): Promise<readonly Comment[]> {
    const request = { number, ...(since !== undefined && { since }) };
    return await this.forge.comments(this.fixture.repository, request, this.call);
  }

  async checks(commit: string): Promise<readonly Check[]> {
    return await this.forge.checks(this.fixture.repository, commit, this.call);
  }

  async put(number: number, comment: Partial<OwnComment>): Promise<CommentPlace> {
    const request = { number, comment: { mark: 'plan', body: 'The plan.', ...comment } };
    return await this.forge.putComment(this.fixture.repository, request, this.call);
  }

  async merge(number: number, commit: string, method: MergeMethod): Promise<MergeOutcome> {
    const order = { number, commit, method };
    return await this.forge.merge(this.fixture.repository, order, this.call);
  }

  /** How many requests for a change `work` took. */
  async writesOf(work: () => Promise<unknown>): Promise<number> {
    const before = this.fixture.countWrites();
    await work();
    return this.fixture.countWrites() - before;
  }

  /** What `work` rejects with, which has to be of one of the two families and show nothing foreign. */
  async failureOf(work: () => Promise<unknown>): Promise<OperationError> {
    const error = await work().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof AssertionError) throw error;
    must(error !== undefined, 'It did not fail.');
    must(error instanceof OperationError, `An error of no family: ${String(error)}`);
    must(/^[A-Z]+(?:_[A-Z]+)+$/.test(error.code), `No code: ${error.code}`);
    const texts = `${error.message} ${error.subject ?? ''} ${error.stack ?? ''}`;
    must(!texts.includes(this.fixture.token), 'An error shows the credential.');
    must(!texts.includes(foreignText), 'An error shows foreign text.');
    must(error.cause === undefined, 'An error has a cause.');
    return error;
  }

  async stalls(work: () => Promise<unknown>, code?: string): Promise<void> {
    const error = await this.failureOf(work);
    must(error instanceof StalledError, `Not stalled: ${error.code}`);
    must(code === undefined || error.code === code, `${error.code} instead of ${code}`);
  }
}
