import type { Place } from '../objects/tree-reader.ts';

/**
 * What was read of a revision: by path, what was found there. An object id for a file or a folder
 * as a whole, empty where nothing was, and something longer for what is neither (a link, a program, a
 * submodule). To be compared, not to be taken apart.
 */
export type ReadRecord = Readonly<Record<string, string>>;

/** Two revisions that identify a path alike answer every question about that path alike. */
export function identify(place: Place): string {
  if (place.kind === 'missing') return '';
  const { kind, id } = place.entry;
  const blocked = place.kind === 'blocked' ? '/' : '';
  return kind === 'file' || kind === 'folder' ? id : `${kind}:${id}${blocked}`;
}
