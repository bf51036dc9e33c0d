import { matchesOwnersPattern } from './owners-pattern.ts';
import type { OwnersEntry, OwnersFile, OwnersSection } from './parse-owners.ts';

/** Whose approval a path needs, by one section of CODEOWNERS. */
export interface OwnersClaim {
  /** Empty for the one without a name. */
  readonly section: string;
  /** As written; at least one, and any of them. */
  readonly owners: readonly string[];
  readonly count: number;
  /** Where that stands. */
  readonly line: number;
}

/** One claim at most of each section; none where nobody owns the path, or nobody has to approve. */
export function findOwners(
  { sections }: Pick<OwnersFile, 'sections'>,
  path: string,
): readonly OwnersClaim[] {
  const parts = path.split('/');
  return sections.flatMap((section): readonly OwnersClaim[] => {
    if (section.optional) return [];
    const entry = findEntry(section, parts);
    if (!entry || entry.owners.length === 0) return [];
    const { owners, line } = entry;
    return [{ section: section.name, owners, count: section.count, line }];
  });
}

/** The last one that matches; an exclusion stands, whatever comes after it. */
function findEntry({ entries }: OwnersSection, parts: readonly string[]): OwnersEntry | undefined {
  let found: OwnersEntry | undefined;
  for (const entry of entries.toReversed()) {
    if (found && !entry.excluded) continue;
    if (!matchesOwnersPattern(entry.pattern, parts)) continue;
    if (entry.excluded) return undefined;
    found = entry;
  }
  return found;
}
