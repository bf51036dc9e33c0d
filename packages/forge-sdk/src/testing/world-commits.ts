/** Commits as far as forges look into them: enough to merge, and to see that something does not. */
import { hash } from 'node:crypto';

export interface WorldCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

/** All commits of a world: forks share them. */
export class WorldCommits {
  readonly #commits = new Map<string, WorldCommit>();
  #count = 0;

  /** Never the same id twice: two commits of one content are made at two times. */
  add(commit: Omit<WorldCommit, 'id'>): WorldCommit {
    this.#count += 1;
    const text = JSON.stringify([this.#count, commit.parents, [...commit.files], commit.message]);
    const added = { ...commit, id: hash('sha1', text) };
    this.#commits.set(added.id, added);
    return added;
  }

  /** One that was made elsewhere. */
  put(commit: WorldCommit): void {
    this.#commits.set(commit.id, commit);
  }

  has(id: string): boolean {
    return this.#commits.has(id);
  }

  get(id: string): WorldCommit {
    const commit = this.#commits.get(id);
    if (!commit) throw new Error(`There is no commit ${id}.`);
    return commit;
  }

  /** The commit itself and all that it comes from, nearest first. */
  ancestry(id: string): readonly string[] {
    const seen = new Set<string>([id]);
    for (const one of seen) for (const parent of this.get(one).parents) seen.add(parent);
    return [...seen];
  }

  /** The files of both together; `undefined` where they do not merge. */
  merge(target: string, source: string): ReadonlyMap<string, string> | undefined {
    const behind = new Set(this.ancestry(target));
    const base = this.ancestry(source).find((id) => behind.has(id));
    const [ours, theirs] = [this.get(target).files, this.get(source).files];
    const old = base === undefined ? new Map<string, string>() : this.get(base).files;
    const merged = new Map(ours);
    for (const path of new Set([...old.keys(), ...theirs.keys()])) {
      const [before, own, other] = [old.get(path), ours.get(path), theirs.get(path)];
      if (other === before || other === own) continue;
      if (own !== before) return undefined;
      if (other === undefined) merged.delete(path);
      else merged.set(path, other);
    }
    return merged;
  }
}
