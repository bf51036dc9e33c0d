/**
 * The repository at one revision, as providers and renderers see it.
 *
 * F1. Every path that decides an answer is recorded, also a missing one and every link on the way.
 * F2. Nothing outside of the repository is ever read, whatever a path or a link says.
 * F3. What cannot be given is named by a diagnostic, and is then as if it were not there.
 */
import { type Diagnostic, StalledError } from '@trueup/diagnostics';

import type { Mirror } from '../mirror/open-mirror.ts';
import type { TreeEntry } from '../objects/parse-tree.ts';
import { FileDiagnostics } from './file-diagnostics.ts';
import { isWithin, type LaidOutFolder, layOutFolder } from './lay-out-folder.ts';
import { isLfsPointer } from './lfs-pointer.ts';
import { nameOf, PathResolver, type Resolution } from './path-resolver.ts';
import type { ReadRecord } from './read-record.ts';
import { formatPath, parsePath, type Segments } from './repository-path.ts';

/** Structurally the `Files` of the provider contract. */
export interface RevisionFiles {
  readonly revision: string;
  /**
   * The files below a folder, at any depth, sorted; submodules not. What links lead to by the names of
   * the links: also the files of folders, but for a folder within itself, which would have no end.
   * Empty when there is no such folder. Rejects with `REPOSITORY_FOLDER_TOO_LARGE` (stalled).
   */
  list(folder: string): Promise<readonly string[]>;
  /** Links are followed within the repository. `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * Writes a folder to disk, with copies in place of links; an empty one when there is no such
   * folder. Rejects with `REPOSITORY_FOLDER_TOO_LARGE` (stalled).
   */
  layOut(folder: string): Promise<LaidOutFolder>;
  /** Of everything that was asked for so far. */
  record(): ReadRecord;
  /** What could not be given so far, each once. */
  diagnostics(): readonly Diagnostic[];
}

export interface FileBounds {
  /** Larger files are diagnosed instead of read. 10 MiB when absent. */
  readonly fileBytes?: number;
  /** Of one `list` or `layOut`. 100,000 when absent. */
  readonly entries?: number;
  /** Of one `layOut`. 512 MiB when absent. */
  readonly layOutBytes?: number;
}

/**
 * `revision` is a commit or a tree. Rejects with `REPOSITORY_REVISION_MISSING` (stalled) when the
 * mirror does not have it. All that is asked of the files later rejects when the signal aborts.
 */
export async function openRevision(
  mirror: Mirror,
  revision: string,
  signal: AbortSignal,
  bounds: FileBounds = {},
): Promise<RevisionFiles> {
  const root = await mirror.trees.rootOf(revision, signal);
  return new OpenRevision({ mirror, revision, root, signal, bounds });
}

interface Parts {
  readonly mirror: Mirror;
  readonly revision: string;
  readonly root: TreeEntry;
  readonly signal: AbortSignal;
  readonly bounds: FileBounds;
}

class OpenRevision implements RevisionFiles {
  readonly revision: string;
  readonly #parts: Parts;
  readonly #bounds: Required<FileBounds>;
  readonly #resolver: PathResolver;
  readonly #record = new Map<string, string>();
  readonly #diagnostics = new FileDiagnostics();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.revision = parts.revision;
    this.#bounds = {
      fileBytes: 10 * 1024 * 1024,
      entries: 100_000,
      layOutBytes: 512 * 1024 * 1024,
      ...parts.bounds,
    };
    this.#resolver = new PathResolver({
      ...parts,
      record: (path, identity) => this.#record.set(formatPath(path), identity),
    });
  }

  async list(folder: string): Promise<readonly string[]> {
    const found = await this.#find(folder, 'error');
    if (found?.entry.kind !== 'folder') return [];
    const { entry, path: place } = found;
    const paths: string[] = [];
    let entries = 0;
    const walk: Walk = {
      count: () => {
        entries += 1;
        if (entries > this.#bounds.entries) throw this.#tooManyEntries(folder);
      },
      file: (path) => paths.push(formatPath(path)),
    };
    await this.#walk({ id: entry.id, at: parsePath(folder) ?? [], place, linked: [] }, walk);
    return paths.sort();
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const found = await this.#find(path, 'error');
    if (!found || found.entry.kind === 'folder') return undefined;
    return await this.#load(found.entry.id, found.path, 'error');
  }

  async layOut(folder: string): Promise<LaidOutFolder> {
    const found = await this.#find(folder, 'error');
    const isFolder = found?.entry.kind === 'folder';
    return await layOutFolder(isFolder ? { id: found.entry.id, path: found.path } : undefined, {
      tree: (id) => this.#parts.mirror.trees.read(id, this.#parts.signal),
      load: (id, path) => this.#load(id, path, 'warning'),
      resolve: async (path) => this.#judge(await this.#resolver.resolve(path), 'warning'),
      skip: (path) => this.#diagnostics.add('submodule', nameOf(path), 'warning'),
      bounds: this.#bounds,
      subject: this.#parts.mirror.name,
    });
  }

  record(): ReadRecord {
    return Object.fromEntries(this.#record);
  }

  diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.list();
  }

  async #find(text: string, severity: Diagnostic['severity']): Promise<Found | undefined> {
    this.#parts.signal.throwIfAborted();
    const path = parsePath(text);
    if (!path) {
      this.#diagnostics.add('path-outside', text, severity);
      return undefined;
    }
    return this.#judge(await this.#resolver.resolve(path), severity);
  }

  #judge(resolution: Resolution, severity: Diagnostic['severity']): Found | undefined {
    if (resolution.kind === 'found') return resolution;
    if (resolution.kind === 'problem') {
      this.#diagnostics.add(resolution.problem, nameOf(resolution.path), severity);
    }
    return undefined;
  }

  async #load(
    id: string,
    path: Segments,
    severity: Diagnostic['severity'],
  ): Promise<Buffer | undefined> {
    const object = await this.#parts.mirror.objects.read(id, this.#parts.signal);
    if (object.kind === 'object' && object.body.length <= this.#bounds.fileBytes) {
      if (isLfsPointer(object.body)) this.#diagnostics.add('lfs-pointer', nameOf(path), severity);
      return object.body;
    }
    const problem = object.kind === 'missing' ? 'damaged' : 'too-large';
    this.#diagnostics.add(problem, nameOf(path), severity);
    return undefined;
  }

  /** Side by side, so that all trees of one depth are read at once. */
  async #walk({ id, at, place, linked }: Walked, walk: Walk): Promise<void> {
    const { mirror, signal } = this.#parts;
    const tree = await mirror.trees.read(id, signal);
    const inner: Promise<void>[] = [];
    for (const [name, entry] of tree) {
      walk.count();
      const member = { at: [...at, name], place: [...place, name], linked };
      if (entry.kind === 'folder') inner.push(this.#walk({ id: entry.id, ...member }, walk));
      else if (entry.kind === 'link') inner.push(this.#walkLink(member, walk));
      else if (entry.kind === 'submodule') {
        this.#diagnostics.add('submodule', nameOf(member.at), 'warning');
      } else walk.file(member.at);
    }
    await Promise.all(inner);
  }

  async #walkLink({ at, place, linked }: Omit<Walked, 'id'>, walk: Walk): Promise<void> {
    const target = this.#judge(await this.#resolver.resolve(at), 'warning');
    if (target?.entry.kind !== 'folder') {
      walk.file(at);
      return;
    }
    const { id } = target.entry;
    if (linked.includes(id) || isWithin(place, target.path)) return;
    await this.#walk({ id, at, place: target.path, linked: [...linked, id] }, walk);
  }

  #tooManyEntries(folder: string): StalledError {
    const name = `${this.#parts.mirror.name}: ${folder || '.'}`;
    const message = `${name}: not listed: it holds more than ${this.#bounds.entries} files`;
    return new StalledError('REPOSITORY_FOLDER_TOO_LARGE', message, this.#parts.mirror.name);
  }
}

interface Walk {
  /** Told of every entry, so that there is an end also where no files are. */
  readonly count: () => void;
  readonly file: (path: Segments) => void;
}

interface Walked {
  readonly id: string;
  /** By the names of the links on the way. */
  readonly at: Segments;
  /** Where it lies. */
  readonly place: Segments;
  /** Folders that links led into on the way here, by their ids. */
  readonly linked: readonly string[];
}

type Found = Extract<Resolution, { readonly kind: 'found' }>;
