import { StalledError } from '@trueup/diagnostics';
import type { ObjectReader } from './object-reader.ts';
import { parseTree, type Tree, type TreeEntry } from './parse-tree.ts';
import { raceAbort } from './race-abort.ts';

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
  readonly #trees = new Map<string, Promise<Tree>>();
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
    if (known !== undefined) {
      // Moves to the end: what was used last goes last.
      this.#trees.delete(id);
      this.#trees.set(id, known);
      return await raceAbort(known, signal);
    }
    const reading = this.#load(id);
    this.#trees.set(id, reading);
    return await raceAbort(reading, signal);
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
      const next = (await this.read(entry.id, signal)).get(name);
      if (!next) return { kind: 'missing' };
      entry = next;
    }
    return { kind: 'entry', entry };
  }

  async #load(id: string): Promise<Tree> {
    try {
      const object = await this.#objects.read(id, never);
      const body = object.kind === 'object' && object.type === 'tree' ? object.body : undefined;
      const tree = body && parseTree(body, id.length / 2);
      if (!tree) throw this.#broken(object.kind);
      this.#entries += tree.size + 1;
      await this.#forget();
      return tree;
    } catch (error) {
      this.#trees.delete(id);
      throw error;
    }
  }

  async #forget(): Promise<void> {
    for (const [id, reading] of this.#trees) {
      if (this.#entries <= keptEntries) return;
      this.#trees.delete(id);
      this.#entries -= (await reading.catch(() => new Map())).size + 1;
    }
  }

  #broken(kind: 'object' | 'missing' | 'too-large'): StalledError {
    const reasons = { object: 'is damaged', missing: 'is missing', 'too-large': 'is too large' };
    const message = `${this.#subject}: not read: a folder of the repository ${reasons[kind]}`;
    return new StalledError('REPOSITORY_OBJECTS_BROKEN', message, this.#subject);
  }
}

const never = new AbortController().signal;
