import type { FieldPath, Origin } from '@trueup/diagnostics';
import { decodeText, locateField } from '@trueup/manifests';
import type { DesiredResource, FieldPlace, Files } from '@trueup/provider-sdk';

/**
 * The line that asks for each field; `undefined` for what no line asks for, such as our own marks,
 * and for what a tool made up.
 */
export async function locateFields(
  files: Files,
  resources: readonly DesiredResource[],
  fields: readonly FieldPlace[],
): Promise<readonly (Origin | undefined)[]> {
  const origins = new Map(resources.map(({ id, origin }) => [id, origin]));
  const texts = new Map<string, Promise<string | undefined>>();
  const textOf = (file: string) => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    const read = files.read(file).then((bytes) => bytes && decodeText(bytes));
    texts.set(file, read);
    return read;
  };
  return Promise.all(
    fields.map(async ({ id, path }) => {
      const origin = origins.get(id);
      const text = origin && (await textOf(origin.file));
      if (text === undefined || !origin) return undefined;
      return locateField(text, origin, path) ?? locateField(text, origin, writtenAs(path));
    }),
  );
}

/** The data of a Secret may be written as text. */
function writtenAs(path: FieldPath): FieldPath {
  return path[0] === 'data' ? ['stringData', ...path.slice(1)] : path;
}
