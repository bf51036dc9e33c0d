/**
 * Finds where each rendered resource comes from by its kind and name alone, where these say it for
 * certain: it saves a second build. Pure.
 */
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type Origin,
  readTexts,
} from '@trueup/diagnostics';
import { decodeText, locateField, type ManifestDocument, readManifests } from '@trueup/manifests';

import type { Kustomization, Sources } from '../sources/collect-sources.ts';
import { resolveReference } from '../sources/resolve-reference.ts';

/** Members that make resources, or give them other names. */
const renaming: readonly string[] = ['namePrefix', 'nameSuffix', 'generators', 'transformers'];

/** False where the build may name resources otherwise than their files do. */
export function keepsNames({ kustomizations }: Sources): boolean {
  return kustomizations.every(({ value }) => renaming.every((name) => !Object.hasOwn(value, name)));
}

/** `undefined` when one of them may come from nowhere, or from several places. */
export function traceByNames(
  documents: readonly ManifestDocument[],
  sources: Sources,
): readonly ManifestDocument[] | undefined {
  const places = indexPlaces(sources);
  const traced: ManifestDocument[] = [];
  for (const { body } of documents) {
    const own = places.get(keyOf(body, nameOf(body))) ?? [];
    const generated = places.get(keyOf(body, withoutHash(nameOf(body)))) ?? [];
    const [origin, ...others] = [...own, ...generated];
    if (!origin || others.length > 0) return undefined;
    traced.push({ body, origin });
  }
  return traced;
}

function indexPlaces(sources: Sources): ReadonlyMap<string, readonly Origin[]> {
  const places = new Map<string, Origin[]>();
  const add = (key: string, origin: Origin) => {
    places.set(key, [...(places.get(key) ?? []), origin]);
  };
  for (const kustomization of sources.kustomizations) {
    for (const { body, origin } of resourcesOf(kustomization, sources)) {
      add(keyOf(body, nameOf(body)), origin);
    }
    for (const [key, origin] of generatorsOf(kustomization)) add(key, origin);
  }
  return places;
}

/** Of the files that it takes resources from: patches describe what others make. */
function resourcesOf(
  { folder, value }: Kustomization,
  { files }: Sources,
): readonly ManifestDocument[] {
  return readTexts(value['resources']).flatMap((text) => {
    const file = resolveReference(folder, text);
    const content = file === undefined ? undefined : files.get(file);
    if (file === undefined || !content) return [];
    return readManifests(decodeText(content) ?? '', { file }).documents;
  });
}

function generatorsOf({
  file,
  text,
  value,
}: Kustomization): readonly (readonly [string, Origin])[] {
  return ['ConfigMap', 'Secret'].flatMap((kind) => {
    const member = kind === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
    const generators = value[member];
    return (isJsonList(generators) ? generators : []).flatMap((generator) => {
      const name = isJsonObject(generator) ? generator['name'] : undefined;
      if (typeof name !== 'string') return [];
      const anywhere = { file, line: Number.MAX_SAFE_INTEGER };
      const origin = locateField(text, anywhere, [member, { name }]) ?? { file, line: 1 };
      return [[keyOf({ kind }, name), origin] as const];
    });
  });
}

/** As Kustomize appends it: ten letters of an alphabet of its own. */
function withoutHash(name: string): string {
  return /^(?<name>.+)-[bcdfghjkmt\d]{10}$/.exec(name)?.groups?.['name'] ?? '';
}

function keyOf(body: JsonObject, name: string): string {
  return JSON.stringify([body['kind'], name]);
}

function nameOf({ metadata }: JsonObject): string {
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : '';
}
