import { hash } from 'node:crypto';

import { readTree } from './read-tree.ts';
import type { Remarks, Tree } from './tree.ts';

interface Kept {
  readonly tree: Tree;
  readonly length: number;
}

/** Characters of the files that are kept; their trees take some twenty times as much. */
const maxLength = 256 * 1024;

/**
 * Trees of files that were read last: a stack that is looked at again has the same ones, and reading YAML is
 * most of what preparing it takes. Trees never change. Only files without a remark are kept.
 */
export class KeptTrees {
  /** By path and content; what was used last stands last. */
  readonly #kept = new Map<string, Kept>();
  #length = 0;

  /** As `readTree`. */
  read(text: string, file: string, remarks: Remarks): Tree | undefined {
    const key = hash('sha256', JSON.stringify([file, text]));
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.tree;
    }
    const before = remarks.added;
    const tree = readTree(text, file, remarks);
    if (tree && remarks.added === before) this.#keep(key, { tree, length: text.length });
    return tree;
  }

  #keep(key: string, kept: Kept): void {
    if (kept.length > maxLength) return;
    this.#kept.set(key, kept);
    this.#length += kept.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#length <= maxLength) return;
      this.#kept.delete(oldest);
      this.#length -= length;
    }
  }
}
