import type { FieldPath, Origin } from '@trueup/diagnostics';
import { createFieldLocator, decodeText, type FieldLocator } from '@trueup/manifests';
import type { FieldPlace, Files, ResourceId } from '@trueup/provider-sdk';

/**
 * The line that asks for each field; `undefined` for what no line asks for, such as our own marks,
 * and for what a tool made up.
 */
export async function locateFields(
  files: Files,
  origins: ReadonlyMap<ResourceId, Origin>,
  fields: readonly FieldPlace[],
): Promise<readonly (Origin | undefined)[]> {
  const locators = new Map<string, Promise<FieldLocator | undefined>>();
  const locatorOf = (file: string): Promise<FieldLocator | undefined> => {
    const known = locators.get(file);
    if (known !== undefined) return known;
    const opened = openLocator(files, file);
    locators.set(file, opened);
    return opened;
  };
  return Promise.all(
    fields.map(async ({ id, path }) => {
      const origin = origins.get(id);
      if (!origin || path.length === 0) return origin;
      const locate = await locatorOf(origin.file);
      return locate?.(origin, path) ?? locate?.(origin, writtenAs(path));
    }),
  );
}

async function openLocator(files: Files, file: string): Promise<FieldLocator | undefined> {
  const bytes = await files.read(file);
  const text = bytes && decodeText(bytes);
  return text === undefined ? undefined : createFieldLocator(text);
}

/** The data of a Secret may be written as text. */
function writtenAs(path: FieldPath): FieldPath {
  return path[0] === 'data' ? ['stringData', ...path.slice(1)] : path;
}
