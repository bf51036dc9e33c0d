/** Conflicts in the words of the API server, for those who stand in for one. */
import { formatServerPath } from '../fields/path-element.ts';
import { compareText } from './managed-fields.ts';
import type { Conflict } from './resolve-owners.ts';

export interface ConflictCause {
  readonly reason: 'FieldManagerConflict';
  readonly message: string;
  /** The path as the server prints it. */
  readonly field: string;
}

/** What the `details.causes` of a refused apply hold, one per field and owner. */
export function describeCauses(conflicts: readonly Conflict[]): readonly ConflictCause[] {
  return conflicts.map((conflict) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeOwner(conflict)}`,
    field: formatServerPath(conflict.elements),
  }));
}

/** The `message` of a refused apply. */
export function describeConflicts(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    const path = formatServerPath(first.elements);
    return `Apply failed with 1 conflict: conflict with ${describeOwner(first)}: ${path}`;
  }
  const byOwner = Map.groupBy(conflicts, describeOwner);
  const lines = [...byOwner]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([owner, found]) => [
      `conflicts with ${owner}:`,
      ...found.map(({ elements }) => `- ${formatServerPath(elements)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** One who applies is the same at every version; one who updates is not, so its version is told. */
function describeOwner({ manager, operation, apiVersion, subresource }: Conflict): string {
  const named = JSON.stringify(manager);
  const owner =
    subresource === '' ? named : `${named} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${owner} using ${apiVersion}` : owner;
}
