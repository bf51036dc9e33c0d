/** What stands in the address of a page about files: which revision of what. */
export interface FilePlace {
  /** A branch or a commit; the default branch if absent. */
  readonly revision?: string;
  /** The root if absent. */
  readonly path?: string;
}

/** Whatever somebody wrote into the address: what is no place leads to the root. */
export function parseFilePlace(search: Readonly<Record<string, unknown>>): FilePlace {
  const { revision, path } = search;
  return {
    ...(typeof revision === 'string' && revision !== '' && { revision }),
    ...(typeof path === 'string' && path !== '' && { path }),
  };
}

export interface Crumb {
  readonly name: string;
  /** Empty for the root. */
  readonly path: string;
}

/** Each folder on the way, and the last one itself. None for the root. */
export function toCrumbs(path: string): readonly Crumb[] {
  if (path === '') return [];
  const names = path.split('/');
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join('/') }));
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that it lies in; empty for the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** A name for a branch on which this file is changed: few will be called so already. */
export function suggestBranch(path: string, mark: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const words = name.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return `edit-${words === '' ? 'file' : words.slice(0, 40)}-${mark}`;
}

/** Why this cannot be the path of a new file; `undefined` where it can. */
export function pathProblem(path: string): string | undefined {
  if (path.trim() === '') return 'Give it a name.';
  if (path.length > 1000) return 'Its path is too long.';
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..' || /^\.git$/i.test(name))) {
    return 'A path has names with one slash between them.';
  }
  return /\p{Cc}/u.test(path) ? 'Its path holds control characters.' : undefined;
}
