/** Which files a kustomization names, so that they, and no others, are read. Pure. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { WrittenPath } from '@trueup/manifests';

export interface Reference {
  /** As it is written, from the kustomization's folder. */
  readonly text: string;
  /** Where it is written. */
  readonly at: WrittenPath;
  /**
   * - `file`: content that is taken as it is.
   * - `base`: a file of resources, or the folder of another kustomization.
   * - `component`: the folder of another kustomization.
   * - `plugin`: a file that configures a generator or transformer and may name more files, or a
   *   folder of such.
   * - `maybe`: something that is a file if there is one of that name.
   */
  readonly kind: 'file' | 'base' | 'component' | 'plugin' | 'maybe';
}

export function findReferences(kustomization: JsonObject): readonly Reference[] {
  return [
    ...textItems(kustomization, 'resources', 'base'),
    ...textItems(kustomization, 'bases', 'component'),
    ...textItems(kustomization, 'components', 'component'),
    ...textItems(kustomization, 'crds', 'file'),
    ...textItems(kustomization, 'configurations', 'file'),
    ...textItems(kustomization, 'patchesStrategicMerge', 'maybe'),
    ...['generators', 'transformers', 'validators'].flatMap((member) =>
      textItems(kustomization, member, 'plugin').map(toInline),
    ),
    ...pathOf(kustomization['openapi'], ['openapi']),
    ...['patches', 'patchesJson6902', 'replacements'].flatMap((member) =>
      items(kustomization[member]).flatMap((item, index) => pathOf(item, [member, index])),
    ),
    ...['configMapGenerator', 'secretGenerator'].flatMap((member) =>
      items(kustomization[member]).flatMap((item, index) => generatorFiles(item, [member, index])),
    ),
  ];
}

/**
 * Files that the configuration of a plug-in may name. Their members are called alike everywhere, but
 * `path` may as well name a field: hence only those that exist are meant.
 */
export function findPluginReferences(config: Json, at: WrittenPath = []): readonly Reference[] {
  if (isJsonList(config)) {
    return config.flatMap((item, index) => findPluginReferences(item, [...at, index]));
  }
  if (!isJsonObject(config)) return [];
  return Object.entries(config).flatMap(([name, value]) => {
    const here = [...at, name];
    if (!pluginMembers.has(name)) return findPluginReferences(value, here);
    const texts = typeof value === 'string' ? [value] : items(value);
    return texts
      .filter((text) => typeof text === 'string')
      .map((text): Reference => ({ text: withoutKey(text), at: here, kind: 'maybe' }));
  });
}

const pluginMembers: ReadonlySet<string> = new Set(['env', 'envs', 'files', 'path', 'paths']);

function generatorFiles(generator: Json, at: WrittenPath): readonly Reference[] {
  if (!isJsonObject(generator)) return [];
  const { env } = generator;
  return [
    ...textItems(generator, 'files', 'file').map((file) => ({
      ...file,
      text: withoutKey(file.text),
    })),
    ...textItems(generator, 'envs', 'file'),
    ...(typeof env === 'string' ? [{ text: env, at: ['env'], kind: 'file' } as const] : []),
  ].map((reference) => ({ ...reference, at: [...at, ...reference.at] }));
}

/** `key=path` names a file under another key. */
function withoutKey(text: string): string {
  return text.slice(text.indexOf('=') + 1);
}

function pathOf(value: Json | undefined, at: WrittenPath): readonly Reference[] {
  const path = isJsonObject(value) ? value['path'] : undefined;
  return typeof path === 'string' && path !== ''
    ? [{ text: path, at: [...at, 'path'], kind: 'file' }]
    : [];
}

/** A plug-in may be configured on the spot, by text that is no name of a file. */
function toInline(reference: Reference): Reference {
  return /[\n{]|:\s/.test(reference.text) ? { ...reference, kind: 'maybe' } : reference;
}

function textItems(
  object: JsonObject,
  member: string,
  kind: Reference['kind'],
): readonly Reference[] {
  return items(object[member]).flatMap((text, index): readonly Reference[] =>
    typeof text === 'string' ? [{ text, at: [member, index], kind }] : [],
  );
}

function items(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}
