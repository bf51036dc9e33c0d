import type { Mirror } from '../mirror/open-mirror.ts';
import type { TreeEntry } from '../objects/parse-tree.ts';
import type { Place } from '../objects/tree-reader.ts';
import type { FileProblem } from './file-diagnostics.ts';
import { identify } from './read-record.ts';
import { followLink, formatPath, type Segments } from './repository-path.ts';

/** Where a path ends after all links. */
export type Resolution =
  | { readonly kind: 'found'; readonly entry: TreeEntry; readonly path: Segments }
  | { readonly kind: 'missing' }
  /** `path` is what is at fault: the link or the submodule on the way. */
  | { readonly kind: 'problem'; readonly problem: FileProblem; readonly path: Segments };

/** As many as Linux follows. */
const longestChain = 40;

/** A longer path is none on any system. */
const longestTarget = 4096;

export interface ResolverParts {
  readonly mirror: Mirror;
  readonly root: TreeEntry;
  readonly signal: AbortSignal;
  /** Told of every path that was looked at, and of what was there. */
  readonly record: (path: Segments, identity: string) => void;
}

/** Finds what lies at a path, through the links of the repository and never out of it. */
export class PathResolver {
  readonly #parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  /** Without following a link in the last place. */
  async look(path: Segments): Promise<Place> {
    const { mirror, root, signal, record } = this.#parts;
    const place = await mirror.trees.find(root, path, signal);
    record(path, identify(place));
    return place;
  }

  async resolve(path: Segments): Promise<Resolution> {
    let at = path;
    let link: Segments | undefined;
    for (let hop = 0; hop <= longestChain; hop += 1) {
      const step = await this.#step(at);
      if (step.kind === 'missing' && link) {
        return { kind: 'problem', problem: 'link-dangling', path: link };
      }
      if (step.kind !== 'linked') return step;
      link = step.link;
      at = step.next;
    }
    return { kind: 'problem', problem: 'link-loop', path };
  }

  async #step(path: Segments): Promise<Resolution | Linked> {
    const place = await this.look(path);
    if (place.kind === 'missing') return place;
    const at = place.kind === 'blocked' ? place.at : path;
    if (place.entry.kind === 'submodule')
      return { kind: 'problem', problem: 'submodule', path: at };
    if (place.entry.kind !== 'link') return { kind: 'found', entry: place.entry, path };
    const target = await this.#targetOf(place.entry);
    const next = target === undefined ? undefined : followLink(at.slice(0, -1), target);
    if (!next) return { kind: 'problem', problem: 'link-outside', path: at };
    if (place.kind !== 'blocked') return { kind: 'linked', next, link: path };
    return { kind: 'linked', next: [...next, ...place.rest], link: undefined };
  }

  async #targetOf({ id }: TreeEntry): Promise<string | undefined> {
    const { mirror, signal } = this.#parts;
    const object = await mirror.objects.read(id, signal);
    if (object.kind !== 'object' || object.body.length > longestTarget) return undefined;
    return object.body.toString();
  }
}

/** `next` is where a link leads; `link` is itself, where it is in the last place. */
interface Linked {
  readonly kind: 'linked';
  readonly next: Segments;
  readonly link: Segments | undefined;
}

/** Names a path in a diagnostic; the root has no name of its own. */
export function nameOf(path: Segments): string {
  return formatPath(path) || '.';
}
