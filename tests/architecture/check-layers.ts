import { resolveImport } from './resolve-import.ts';
import { apart, layers } from './rules.ts';
import { isCode, isTestCode, packagesOf, type SourceTree, specifiersOf } from './source-tree.ts';

/** One line for each import that runs up, or across, the rooms of its package. Tests may look everywhere. */
export function checkLayers(tree: SourceTree): readonly string[] {
  const packages = packagesOf(tree);
  const files = [...tree].filter(([file]) => isCode(file) && !isTestCode(file));
  return files.flatMap(([file, text]) => [
    ...checkPlace(file),
    ...specifiersOf(text).flatMap((specifier) => {
      const to = resolveImport(file, specifier, packages);
      const complaint = to.kind === 'file' ? judge(file, to.path) : undefined;
      return complaint === undefined ? [] : [`${file}: '${specifier}' ${complaint}`];
    }),
  ]);
}

/** A new room has to say between which it stands. */
function checkPlace(file: string): readonly string[] {
  const at = placeOf(file);
  return at?.floor === -1 ? [`${file}: '${at.room}' has no layer`] : [];
}

function judge(from: string, to: string): string | undefined {
  const own = placeOf(from);
  const other = placeOf(to);
  if (
    own &&
    other &&
    own.root === other.root &&
    own.room !== other.room &&
    other.floor >= own.floor
  )
    return 'runs up the layers';
  const wing = apart.find((one) => from.startsWith(`${one}/`) && to.startsWith(`${one}/`));
  if (wing === undefined) return undefined;
  return roomIn(wing, from) === roomIn(wing, to) ? undefined : 'leads into a room apart';
}

interface Place {
  readonly root: string;
  readonly room: string;
  /** From the ground; -1 for a room that no layer names. What lies directly in the root is above all. */
  readonly floor: number;
}

function placeOf(file: string): Place | undefined {
  const root = Object.keys(layers).find((one) => file.startsWith(`${one}/`));
  const floors = root === undefined ? undefined : layers[root];
  if (root === undefined || !floors) return undefined;
  const room = roomIn(root, file);
  if (room.includes('.')) return { root, room: '', floor: floors.length };
  return { root, room, floor: floors.findIndex((names) => names.includes(room)) };
}

function roomIn(folder: string, file: string): string {
  return file.slice(folder.length + 1).split('/')[0] ?? '';
}
