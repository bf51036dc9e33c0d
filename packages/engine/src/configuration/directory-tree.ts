/**
 * Matches path patterns with the directories of a repository, folder by folder: a pattern looks at
 * no more than the folders on its way.
 */
import { nearestName } from '@trueup/diagnostics';
import { quote } from './place.ts';
import { segmentsOf } from './stack-name.ts';

export interface DirectoryTree {
  readonly folders: Map<string, DirectoryTree>;
}

export interface DirectoryMatch {
  /** Without `.` and a slash at the end; empty for the root. */
  readonly path: string;
  /** What the placeholders stand for. */
  readonly values: ReadonlyMap<string, string>;
}

/** Builds the tree; every directory has those around it, whether they are listed or not. */
export function treeOf(directories: readonly string[]): DirectoryTree {
  const root: DirectoryTree = { folders: new Map() };
  for (const directory of directories) {
    let at = root;
    for (const segment of segmentsOf(directory)) {
      const known = at.folders.get(segment);
      const next = known ?? { folders: new Map() };
      if (!known) at.folders.set(segment, next);
      at = next;
    }
  }
  return root;
}

/** What to write instead of a path that leads nowhere: the folder that was probably meant. */
export function adviseFolder(tree: DirectoryTree, path: string): string {
  const way: string[] = [];
  const segments = segmentsOf(path);
  let at = tree;
  for (const segment of segments) {
    const next = at.folders.get(segment);
    if (!next) {
      const nearest = nearestName(segment, [...at.folders.keys()]);
      const where = way.length === 0 ? 'At the root' : `In \`${way.join('/')}\``;
      if (nearest === undefined) return `${where} there is nothing like ${quote(segment)}.`;
      const rest = segments.slice(way.length + 1);
      return `Did you mean \`${[...way, nearest, ...rest].join('/')}\`?`;
    }
    way.push(segment);
    at = next;
  }
  return 'Write a folder from the root of the repository.';
}

/**
 * The directories that match, in the order of the tree; `undefined` when it would have to look at
 * more than so many. A placeholder stands for one character or
 * more within one folder's name, as few as possible; repeated, for the same text. It never stands
 * for a name that begins with a dot.
 */
export function matchDirectories(
  tree: DirectoryTree,
  pattern: string,
  budget: { visits: number },
): readonly DirectoryMatch[] | undefined {
  type Found = DirectoryMatch & { readonly tree: DirectoryTree };
  let found: readonly Found[] = [{ path: '', values: new Map(), tree }];
  for (const segment of segmentsOf(pattern)) {
    const test = compileSegment(segment);
    for (const one of found) budget.visits -= test.isPlain ? 1 : one.tree.folders.size;
    if (budget.visits < 0) return undefined;
    found = found.flatMap((one) =>
      foldersAt(one.tree, segment, test.isPlain).flatMap(([name, below]) => {
        const values = test.match(name, one.values);
        const path = one.path === '' ? name : `${one.path}/${name}`;
        return values ? [{ path, values, tree: below }] : [];
      }),
    );
  }
  return found;
}

function foldersAt(
  { folders }: DirectoryTree,
  segment: string,
  isPlain: boolean,
): readonly (readonly [string, DirectoryTree])[] {
  if (!isPlain) return [...folders];
  const below = folders.get(segment);
  return below ? [[segment, below]] : [];
}

interface SegmentTest {
  readonly isPlain: boolean;
  readonly match: (
    name: string,
    known: ReadonlyMap<string, string>,
  ) => ReadonlyMap<string, string> | undefined;
}

function compileSegment(segment: string): SegmentTest {
  const parts = segment.split(/\{([a-z][a-z0-9_]*)\}/);
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return { isPlain: true, match: (_name, known) => known };
  // Placeholders and the texts behind them take turns.
  const pairs = rest.flatMap((placeholder, index) =>
    index % 2 === 0 ? [{ placeholder, behind: rest[index + 1] ?? '' }] : [],
  );
  return {
    isPlain: false,
    match: (name, known) => {
      if (!name.startsWith(first) || (first === '' && name.startsWith('.'))) return undefined;
      return matchPairs(name.slice(first.length), pairs, known);
    },
  };
}

function matchPairs(
  name: string,
  pairs: readonly { readonly placeholder: string; readonly behind: string }[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const values = new Map(known);
  let rest = name;
  for (const [index, { placeholder, behind }] of pairs.entries()) {
    const isLast = index === pairs.length - 1;
    const length = isLast ? rest.length - behind.length : rest.indexOf(behind, 1);
    if (length < 1 || !rest.startsWith(behind, length)) return undefined;
    const value = rest.slice(0, length);
    if ((values.get(placeholder) ?? value) !== value) return undefined;
    values.set(placeholder, value);
    rest = rest.slice(length + behind.length);
  }
  return values;
}
