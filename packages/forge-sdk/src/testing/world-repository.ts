import type { ForgeUser, Permission } from '../forge-user.ts';
import type { MergeMethod, NewMergeRequest, Verdict } from '../index.ts';
import type { StagedCheck, StagedCommit } from './forge-stage.ts';
import type { WorldCommits } from './world-commits.ts';
import type {
  WorldComment,
  WorldMergeEnd,
  WorldMergeOrder,
  WorldMergeRequest,
  WorldReview,
  WorldStatus,
} from './world-merge-request.ts';

export interface WorldOpening extends NewMergeRequest {
  readonly author: ForgeUser;
  readonly sourceRepository?: string;
  readonly labels?: readonly string[];
}

/** The world around one repository. */
export interface WorldAround {
  readonly commits: WorldCommits;
  readonly repositories: readonly WorldRepository[];
  readonly repository: (path: string) => WorldRepository;
  readonly tick: () => string;
  readonly nextId: () => number;
}

/** One repository of a world in memory. Whatever a forge would refuse by itself is refused by who calls. */
export class WorldRepository {
  readonly id: number;
  path: string;
  /** By which it was known before. */
  readonly formerPaths: string[] = [];
  readonly isPrivate: boolean;
  readonly defaultBranch = 'main';
  readonly branches: Map<string, string> = new Map();
  readonly permissions: Map<string, Permission> = new Map();
  readonly mergeRequests: WorldMergeRequest[] = [];
  readonly statuses: WorldStatus[] = [];
  readonly protectedBranches: Set<string> = new Set();
  readonly mergeMethods: Set<MergeMethod> = new Set(['merge', 'squash', 'fast-forward']);
  readonly #commitOf = new Map<number, string>();
  readonly #world: WorldAround;

  constructor(
    world: WorldAround,
    facts: { readonly id: number; readonly path: string; readonly isPrivate: boolean },
  ) {
    this.#world = world;
    this.id = facts.id;
    this.path = facts.path;
    this.isPrivate = facts.isPrivate;
  }

  /** Whether what a merge request comes from is still there. */
  hasSource({ sourceRepository }: WorldMergeRequest): boolean {
    return this.#world.repositories.some(({ path }) => path === sourceRepository);
  }

  permissionOf(user: ForgeUser): Permission {
    return this.permissions.get(user.id) ?? (this.isPrivate ? 'none' : 'read');
  }

  /** A new commit on a branch, which begins at the default branch where it is new. */
  commit({ branch, path, content }: StagedCommit): string {
    const head = this.branches.get(branch) ?? this.branches.get(this.defaultBranch);
    const files = new Map(head === undefined ? [] : this.#world.commits.get(head).files);
    files.set(path ?? `${branch}.txt`, content ?? `${this.#world.tick()}\n`);
    const parents = head === undefined ? [] : [head];
    const { id } = this.#world.commits.add({ parents, files, message: `Change ${branch}` });
    this.moveBranch(branch, id);
    return id;
  }

  /** Whatever it was before. Open merge requests from it follow. */
  moveBranch(branch: string, commit: string): void {
    this.branches.set(branch, commit);
    for (const repository of this.#world.repositories) {
      for (const request of repository.mergeRequests) this.#follow(request, branch, commit);
    }
  }

  open(opening: WorldOpening): WorldMergeRequest {
    const { sourceRepository = this.path, targetBranch, draft = false, labels = [] } = opening;
    const from = this.#world.repository(sourceRepository);
    const sourceCommit = from.branchHead(opening.sourceBranch);
    const createdAt = this.#world.tick();
    const request: WorldMergeRequest = {
      number: this.mergeRequests.length + 1,
      title: opening.title,
      body: opening.body,
      author: opening.author,
      pushers: [],
      draft,
      labels,
      sourceRepository,
      sourceBranch: opening.sourceBranch,
      sourceCommit,
      targetBranch,
      targetCommit: this.branchHead(targetBranch),
      merged: undefined,
      closedAt: undefined,
      createdAt,
      updatedAt: createdAt,
      comments: [],
      reviews: [],
      notes: [],
      heads: [{ commit: sourceCommit, at: createdAt }],
    };
    this.mergeRequests.push(request);
    return request;
  }

  branchHead(branch: string): string {
    const commit = this.branches.get(branch);
    if (commit === undefined) throw new Error(`There is no branch ${branch}.`);
    return commit;
  }

  find(number: number): WorldMergeRequest | undefined {
    return this.mergeRequests.find((one) => one.number === number);
  }

  get(number: number): WorldMergeRequest {
    const request = this.find(number);
    if (!request) throw new Error(`There is no merge request ${number}.`);
    return request;
  }

  comment(number: number, author: ForgeUser, body: string): WorldComment {
    const request = this.get(number);
    const createdAt = this.#touch(request);
    const comment = { id: this.#world.nextId(), author, body, createdAt, updatedAt: createdAt };
    request.comments.push(comment);
    return comment;
  }

  editComment(number: number, id: number, body: string): WorldComment | undefined {
    const request = this.get(number);
    const comment = request.comments.find((one) => one.id === id);
    if (!comment) return undefined;
    comment.body = body;
    comment.updatedAt = this.#touch(request);
    return comment;
  }

  deleteComment(number: number, id: number): void {
    const { comments } = this.get(number);
    const index = comments.findIndex((one) => one.id === id);
    if (index >= 0) comments.splice(index, 1);
  }

  review(number: number, author: ForgeUser, verdict: WorldReview['verdict']): WorldReview {
    const request = this.get(number);
    const at = this.#touch(request);
    const review: WorldReview = {
      id: this.#world.nextId(),
      author,
      verdict,
      dismissed: false,
      commit: request.sourceCommit,
      body: `I say: ${verdict satisfies Verdict}.`,
      submittedAt: at,
    };
    request.reviews.push(review);
    if (verdict !== 'commented') {
      request.notes.push({ id: this.#world.nextId(), author, kind: verdict, at });
    }
    return review;
  }

  dismiss(number: number, id: number): void {
    const request = this.get(number);
    const review = request.reviews.find((one) => one.id === id);
    if (!review) throw new Error(`There is no review ${id}.`);
    review.dismissed = true;
    const at = this.#touch(request);
    const { author } = review;
    request.notes.push({ id: this.#world.nextId(), author, kind: 'unapproved', at });
  }

  postStatus({ commit, ...status }: StagedCheck, author: ForgeUser): WorldStatus {
    const { name: context, description = '', ...rest } = status;
    const id = this.#world.nextId();
    const posted = { ...rest, context, description, id, author, updatedAt: this.#world.tick() };
    this.statuses.push(posted);
    this.#commitOf.set(id, commit);
    return posted;
  }

  findComment(id: number): { readonly number: number; readonly comment: WorldComment } | undefined {
    for (const { number, comments } of this.mergeRequests) {
      const comment = comments.find((one) => one.id === id);
      if (comment) return { number, comment };
    }
    return undefined;
  }

  /** All that were posted, the oldest first. */
  statusHistory(commit: string): readonly WorldStatus[] {
    return this.statuses.filter(({ id }) => this.#commitOf.get(id) === commit);
  }

  /** Of several of one context the newest, in the order in which contexts appeared. */
  statusesOf(commit: string): readonly WorldStatus[] {
    const own = this.statusHistory(commit);
    return [...new Map(own.map((status) => [status.context, status])).values()];
  }

  isMergeable({ targetBranch, sourceCommit }: WorldMergeRequest): boolean {
    return this.#world.commits.merge(this.branchHead(targetBranch), sourceCommit) !== undefined;
  }

  merge(number: number, order: WorldMergeOrder): WorldMergeEnd {
    const request = this.get(number);
    const obstacle = this.#obstacleOf(request, order);
    if (obstacle) return obstacle;
    const commit = this.#mergeCommit(request, order.method);
    if (commit === undefined) {
      return { kind: order.method === 'fast-forward' ? 'diverged' : 'conflict' };
    }
    const at = this.#touch(request);
    request.merged = { commit, by: order.by, at };
    request.closedAt = at;
    this.moveBranch(request.targetBranch, commit);
    return { kind: 'merged', commit };
  }

  close(number: number): void {
    const request = this.get(number);
    request.targetCommit = this.branchHead(request.targetBranch);
    request.closedAt = this.#touch(request);
  }

  reopen(number: number): void {
    const request = this.get(number);
    this.#touch(request);
    request.closedAt = undefined;
  }

  edit(number: number, edit: { readonly title?: string; readonly draft?: boolean }): void {
    const request = this.get(number);
    request.title = edit.title ?? request.title;
    request.draft = edit.draft ?? request.draft;
    this.#touch(request);
  }

  #obstacleOf(request: WorldMergeRequest, order: WorldMergeOrder): WorldMergeEnd | undefined {
    const { merged, closedAt, draft, sourceCommit, targetBranch } = request;
    if (order.commit !== undefined && order.commit !== sourceCommit) return { kind: 'moved' };
    if (merged) return { kind: 'merged', commit: merged.commit };
    if (closedAt !== undefined) return { kind: 'closed' };
    if (draft) return { kind: 'draft' };
    if (!this.isMergeable(request)) return { kind: 'conflict' };
    if (this.protectedBranches.has(targetBranch)) return { kind: 'protected' };
    return this.mergeMethods.has(order.method) ? undefined : { kind: 'method' };
  }

  #mergeCommit(
    { targetBranch, sourceCommit, title }: WorldMergeRequest,
    method: MergeMethod,
  ): string | undefined {
    const { commits } = this.#world;
    const target = this.branchHead(targetBranch);
    if (method === 'fast-forward') {
      return commits.ancestry(sourceCommit).includes(target) ? sourceCommit : undefined;
    }
    const files = commits.merge(target, sourceCommit);
    const parents = method === 'merge' ? [target, sourceCommit] : [target];
    return files && commits.add({ parents, files, message: title }).id;
  }

  #follow(request: WorldMergeRequest, branch: string, commit: string): void {
    const isFrom = request.sourceRepository === this.path && request.sourceBranch === branch;
    if (!isFrom || request.closedAt !== undefined || request.sourceCommit === commit) return;
    request.sourceCommit = commit;
    request.heads.push({ commit, at: this.#touch(request) });
  }

  #touch(request: WorldMergeRequest): string {
    request.updatedAt = this.#world.tick();
    return request.updatedAt;
  }
}
