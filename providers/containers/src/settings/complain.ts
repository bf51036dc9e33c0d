/** Diagnostics about settings, in one form. */
import { adviseName, type Diagnostic, type FieldPath, type Json } from '@trueup/diagnostics';

export const settingsCode = 'CONTAINERS_SETTINGS';

export function complain(path: FieldPath, what: string, advice?: string): Diagnostic {
  const summary = `containers: ${what}`;
  return {
    severity: 'error',
    code: settingsCode,
    path,
    summary,
    ...(advice !== undefined && { advice }),
  };
}

export function refuseUnknown(
  settings: Readonly<Record<string, Json>>,
  known: readonly string[],
  path: FieldPath,
  advised: readonly string[] = known,
): readonly Diagnostic[] {
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) =>
      complain([...path, name], 'there is no such setting', adviseName(name, advised)),
    );
}
