/** The kinds of entry that a tree may hold. */
export type EntryKind = 'file' | 'program' | 'link' | 'folder' | 'submodule';

export interface TreeEntry {
  readonly kind: EntryKind;
  /** Of the blob or tree; of the commit for a submodule. */
  readonly id: string;
}

/** By name. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/**
 * Reads the body of a tree: for each entry `MODE SP NAME NUL ID`, the id in bytes. `undefined` when
 * it is no tree, or holds a name that leads elsewhere: what git's own checks refuse as well.
 */
export function parseTree(body: Buffer, idBytes: number): Tree | undefined {
  const entries = new Map<string, TreeEntry>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    const end = body.indexOf(0, space);
    const next = end + 1 + idBytes;
    if (space < 0 || end < 0 || next > body.length) return undefined;
    const kind = kindOf(body.toString('latin1', at, space));
    const name = body.toString('utf8', space + 1, end);
    if (!kind || isDangerous(name)) return undefined;
    entries.set(name, { kind, id: body.toString('hex', end + 1, next) });
    at = next;
  }
  return entries;
}

function kindOf(mode: string): EntryKind | undefined {
  const digits = mode.replace(/^0+/, '');
  if (digits === '40000') return 'folder';
  if (digits === '120000') return 'link';
  if (digits === '160000') return 'submodule';
  if (!/^100[0-7]{3}$/.test(digits)) return undefined;
  // Old repositories hold 100664; what counts is whether the owner may run it.
  return (Number.parseInt(digits, 8) & 0o100) === 0 ? 'file' : 'program';
}

function isDangerous(name: string): boolean {
  return (
    name === '' || name === '.' || name === '..' || name.includes('/') || /^\.git$/i.test(name)
  );
}
