import { StalledError } from '@trueup/diagnostics';
import { AbortList } from './abort-list.ts';
import type { ObjectReader } from './object-reader.ts';
import { parseTree, type Tree, type TreeEntry } from './parse-tree.ts';

/**
 * What lies at a path, without following links.
 *
 * - `missing`: nothing, or a file stands where the path needs a folder.
 * - `blocked`: a link or a submodule stands at the path's first segments; `rest` is what follows.
 */
export type Place =
  | { readonly kind: 'entry'; readonly entry: TreeEntry }
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'blocked';
      readonly entry: TreeEntry;
      readonly at: readonly string[];
      readonly rest: readonly string[];
    };

/** Of the trees that are kept; a name and an id take about 200 bytes. */
const keptEntries = 200_000;

/**
 * Trees by their ids, kept in memory: an id names the same tree forever, so that revisions share
 * what did not change between them.
 */
export class TreeReader {
  readonly #objects: ObjectReader;
  readonly #subject: string;
  readonly #aborts = new AbortList();
  readonly #trees = new Map<string, Tree>();
  readonly #loading = new Map<string, Promise<Tree>>();
  #entries = 0;

  constructor(objects: ObjectReader, subject: string) {
    this.#objects = objects;
    this.#subject = subject;
  }

  /**
   * The root tree of a commit, or the tree itself. `REPOSITORY_REVISION_MISSING` (stalled) when
   * there is no such commit or tree.
   */
  async rootOf(revision: string, signal: AbortSignal): Promise<TreeEntry> {
    const object = await this.#objects.read(revision, signal);
    if (object.kind === 'object' && object.type === 'tree') return { kind: 'folder', id: revision };
    const head = object.kind === 'object' ? object.body.toString('latin1', 0, 80) : '';
    const [, id] = /^tree ([0-9a-f]+)\n/.exec(head) ?? [];
    if (id === undefined) {
      const message = `${this.#subject}: not read: there is no commit ${revision}`;
      throw new StalledError('REPOSITORY_REVISION_MISSING', message, this.#subject);
    }
    return { kind: 'folder', id };
  }

  /** One read for all who ask for it at the same time; it goes on when one of them aborts. */
  async read(id: string, signal: AbortSignal): Promise<Tree> {
    signal.throwIfAborted();
    const known = this.#trees.get(id);
    if (known) return known;
    const loading = this.#loading.get(id) ?? this.#load(id);
    return await this.#aborts.race(loading, signal);
  }

  /** `segments` are names; none stands for the root itself. */
  async find(root: TreeEntry, segments: readonly string[], signal: AbortSignal): Promise<Place> {
    let entry = root;
    for (const [index, name] of segments.entries()) {
      if (entry.kind === 'link' || entry.kind === 'submodule') {
        return {
          kind: 'blocked',
          entry,
          at: segments.slice(0, index),
          rest: segments.slice(index),
        };
      }
      if (entry.kind !== 'folder') return { kind: 'missing' };
      // Most trees are there: waiting for each of them would cost more than the search.
      const tree = this.#trees.get(entry.id) ?? (await this.read(entry.id, signal));
      const next = tree.get(name);
      if (!next) return { kind: 'missing' };
      entry = next;
    }
    return { kind: 'entry', entry };
  }

  #load(id: string): Promise<Tree> {
    const loading = this.#parse(id).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading;
  }

  async #parse(id: string): Promise<Tree> {
    const object = await this.#objects.read(id, never);
    const body = object.kind === 'object' && object.type === 'tree' ? object.body : undefined;
    const tree = body && parseTree(body, id.length / 2);
    if (!tree) throw this.#broken(object.kind);
    this.#keep(id, tree);
    return tree;
  }

  /** The oldest ones go first: they are of revisions that nobody looks at any more. */
  #keep(id: string, tree: Tree): void {
    this.#trees.set(id, tree);
    this.#entries += tree.size + 1;
    for (const [old, { size }] of this.#trees) {
      if (this.#entries <= keptEntries) return;
      this.#trees.delete(old);
      this.#entries -= size + 1;
    }
  }

  #broken(kind: 'object' | 'missing' | 'too-large'): StalledError {
    const reasons = { object: 'is damaged', missing: 'is missing', 'too-large': 'is too large' };
    const message = `${this.#subject}: not read: a folder of the repository ${reasons[kind]}`;
    return new StalledError('REPOSITORY_OBJECTS_BROKEN', message, this.#subject);
  }
}

const never = new AbortController().signal;
