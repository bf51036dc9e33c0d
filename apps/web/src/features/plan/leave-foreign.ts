import type { ForeignField, PlannedChange } from '@trueup/api';
import { type FieldPath, formatFieldPath } from '@trueup/diagnostics';

/** Foreign fields that stay as they are: those that the plan does not change anyway. */
export function leaveForeign(
  foreign: readonly ForeignField[],
  changes: readonly PlannedChange[],
): readonly ForeignField[] {
  if (foreign.length === 0) return foreign;
  const changed = new Set(
    changes.flatMap(({ change }) => change.fields.map(({ path }) => keyOf(change.id, path))),
  );
  return foreign.filter(({ id, path }) => !changed.has(keyOf(id, path)));
}

function keyOf(id: string, path: FieldPath): string {
  return `${id} ${formatFieldPath(path)}`;
}
