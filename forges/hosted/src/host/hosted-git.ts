/**
 * The bare repository behind a hosted one, and where its branches are.
 *
 * Branches move by pushes and by us, both through here, so that they are known without asking git. What
 * was moved by a process that was killed is found when the repository is opened.
 */
import { OperationError } from '@trueup/diagnostics';
import { branchRef, isAncestor, type OwnRepository } from '@trueup/repository';

/** What git says of two heads, and the tree that they merge to. */
export type Fit =
  | { readonly kind: 'merges' | 'behind'; readonly tree: string }
  | { readonly kind: 'conflicts' | 'unrelated' };

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Signature;
  /** RFC 3339. */
  readonly at: string;
}

export class HostedGit {
  readonly own: OwnRepository;
  readonly #signal: AbortSignal;
  #heads: ReadonlyMap<string, string> = new Map();

  /** Work of ours is not left in the middle: `signal` aborts when the forge is closed. */
  constructor(own: OwnRepository, signal: AbortSignal) {
    this.own = own;
    this.#signal = signal;
  }

  /** By branch. Replaced, never changed. */
  get heads(): ReadonlyMap<string, string> {
    return this.#heads;
  }

  /** Looks again; to be called after a push. */
  async refresh(): Promise<void> {
    const format = '--format=%(objectname) %(refname)';
    const { stdout } = await this.#run(['for-each-ref', format, 'refs/heads/']);
    const lines = stdout.toString().split('\n').filter(Boolean);
    this.#heads = new Map(
      lines.map((line): [string, string] => {
        const blank = line.indexOf(' ');
        return [line.slice(blank + 1 + 'refs/heads/'.length), line.slice(0, blank)];
      }),
    );
  }

  async hasCommit(commit: string): Promise<boolean> {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return false;
    const found = await this.own.objects.read(commit, this.#signal);
    return found.kind === 'object' && found.type === 'commit';
  }

  isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return isAncestor(this.own, ancestor, commit, this.#signal);
  }

  /** Those behind `to` that are not behind `from` (absent: all), the newest `most` of them. */
  async commitsSince(
    from: string | undefined,
    to: string,
    most: number,
  ): Promise<ReadonlySet<string>> {
    const range = from === undefined ? [to] : [to, `^${from}`];
    const { stdout } = await this.#run(['rev-list', `--max-count=${most}`, ...range, '--']);
    return new Set(stdout.toString('latin1').split('\n').filter(Boolean));
  }

  /** False when the branch is elsewhere than `from` says (absent: it must not be there). */
  async moveBranch(branch: string, to: string, from: string | undefined): Promise<boolean> {
    return await this.#update(branchRef(branch), to, from ?? '0'.repeat(to.length));
  }

  /** False when the branch is elsewhere than `from` says. */
  async deleteBranch(branch: string, from: string): Promise<boolean> {
    const words = ['update-ref', '-d', branchRef(branch), from];
    const { exitCode } = await this.#run(words, [0, 1, 128]);
    await this.refresh();
    return exitCode === 0;
  }

  /** Keeps a merge request's head, whatever becomes of its branch. */
  async keepHead(number: number, commit: string): Promise<void> {
    await this.#run(['update-ref', headRef(number), commit]);
  }

  /** Brings a branch of another repository of ours here, as a merge request's head. */
  async bringHead(number: number, from: HostedGit, branch: string): Promise<void> {
    const refspec = `+${branchRef(branch)}:${headRef(number)}`;
    const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
    await this.own.run(
      {
        arguments: ['fetch', ...options, '--end-of-options', from.own.path, refspec],
        environment: { GIT_ALLOW_PROTOCOL: 'file' },
        timeoutMs: 600_000,
      },
      this.#signal,
    );
  }

  async treeOf(commit: string): Promise<string> {
    const { id } = await this.own.trees.rootOf(commit, this.#signal);
    return id;
  }

  /** What lies at a path of a revision. */
  async find(commit: string, path: string): ReturnType<OwnRepository['trees']['find']> {
    const root = await this.own.trees.rootOf(commit, this.#signal);
    return await this.own.trees.find(root, path.split('/'), this.#signal);
  }

  /** A file at a revision; `undefined` where there is none, or it is too large to be held. */
  async read(commit: string, path: string): Promise<Buffer | undefined> {
    const place = await this.find(commit, path);
    if (place.kind !== 'entry' || place.entry.kind === 'folder') return undefined;
    const blob = await this.own.objects.read(place.entry.id, this.#signal);
    return blob.kind === 'object' && blob.type === 'blob' ? blob.body : undefined;
  }

  async fit(target: string, source: string): Promise<Fit> {
    if (await this.isAncestor(target, source)) {
      return { kind: 'merges', tree: await this.treeOf(source) };
    }
    try {
      const options = ['--write-tree', '-z', '--name-only', '--no-messages'];
      const { exitCode, stdout } = await this.#run(
        ['merge-tree', ...options, target, source],
        [0, 1],
      );
      if (exitCode === 1) return { kind: 'conflicts' };
      return { kind: 'behind', tree: stdout.toString().split('\0')[0] ?? '' };
    } catch (error) {
      const isUnrelated = error instanceof OperationError && error.code === 'REPOSITORY_UNRELATED';
      if (isUnrelated) return { kind: 'unrelated' };
      throw error;
    }
  }

  async commit({ tree, parents, message, author, at }: NewCommit): Promise<string> {
    const date = `@${Math.floor(Date.parse(at) / 1000)} +0000`;
    const environment = Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) => [
        [`GIT_${role}_NAME`, cleanName(author.name)],
        [`GIT_${role}_EMAIL`, cleanName(author.email)],
        [`GIT_${role}_DATE`, date],
      ]),
    );
    const heads = parents.flatMap((parent) => ['-p', parent]);
    const { stdout } = await this.own.run(
      {
        arguments: ['commit-tree', ...heads, '-F', '-', tree],
        input: message.endsWith('\n') ? message : `${message}\n`,
        environment,
      },
      this.#signal,
    );
    return stdout.toString('latin1').trim();
  }

  async #update(ref: string, to: string, from: string): Promise<boolean> {
    const { exitCode } = await this.#run(['update-ref', ref, to, from], [0, 1, 128]);
    await this.refresh();
    return exitCode === 0;
  }

  #run(arguments_: readonly string[], answers: readonly number[] = [0]) {
    return this.own.run({ arguments: arguments_, answers }, this.#signal);
  }
}

/** Of a merge request, in the repository that it goes to. */
export function headRef(number: number): string {
  return `refs/merge-requests/${number}/head`;
}

/** git drops what would end a name early, and refuses one that has nothing left. */
function cleanName(text: string): string {
  return text.replace(/[\p{Cc}<>]/gu, '').trim() || 'unknown';
}
