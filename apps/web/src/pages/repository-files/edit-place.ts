import { type FilePlace, parseFilePlace } from '../../features/repository-files/file-place.ts';

export type EditKind = 'edit' | 'new' | 'remove';

export interface EditPlace extends FilePlace {
  readonly kind?: EditKind;
}

export function parseEditPlace(search: Readonly<Record<string, unknown>>): EditPlace {
  const { kind } = search;
  const known = kind === 'new' || kind === 'remove' || kind === 'edit';
  return { ...parseFilePlace(search), ...(known && { kind }) };
}
