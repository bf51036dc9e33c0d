/**
 * Finds the file and line that each rendered resource comes from.
 *
 * Kustomize can note the file of every resource, as an annotation. That note takes part in the build
 * (a patch finds annotations where there were none), so it comes from a second build beside the
 * real one, whose output is taken for nothing else.
 */
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type Origin,
} from '@trueup/diagnostics';
import {
  decodeText,
  formatYaml,
  locateField,
  type ManifestDocument,
  parseYaml,
  readManifests,
} from '@trueup/manifests';

import type { Kustomization, Sources } from '../sources/collect-sources.ts';
import { resolveReference } from '../sources/resolve-reference.ts';

/** The same files, but with the note asked for. */
export function askForOrigins(sources: Sources): ReadonlyMap<string, Uint8Array> {
  const [own] = sources.kustomizations;
  if (!own) return sources.files;
  const { buildMetadata } = own.value;
  const asked = isJsonList(buildMetadata) ? buildMetadata : [];
  const value = { ...own.value, buildMetadata: [...new Set([...asked, 'originAnnotations'])] };
  return new Map(sources.files).set(own.file, Buffer.from(formatYaml(value)));
}

/** The documents with the best origin that is known, the stack's own kustomization at worst. */
export function traceOrigins(
  documents: readonly ManifestDocument[],
  annotated: readonly ManifestDocument[],
  sources: Sources,
): readonly ManifestDocument[] {
  const index = createSourceIndex(sources);
  const notes = new Map(annotated.map(({ body }) => [keyOf(body), noteOf(body)]));
  return documents.map(({ body }) => ({ body, origin: index.find(body, notes.get(keyOf(body))) }));
}

interface Note {
  /** From the stack's folder. */
  readonly path?: string;
  readonly configuredIn?: string;
}

interface SourceIndex {
  find(body: JsonObject, note: Note | undefined): Origin;
}

function createSourceIndex({ files, kustomizations }: Sources): SourceIndex {
  const [own] = kustomizations;
  const fallback = { file: own?.file ?? 'kustomization.yaml', line: 1 };
  const read = new Map<string, readonly ManifestDocument[]>();

  function documentsOf(file: string): readonly ManifestDocument[] {
    const known = read.get(file);
    if (known) return known;
    const text = decodeText(files.get(file) ?? new Uint8Array()) ?? '';
    const { documents } = readManifests(text, { file });
    read.set(file, documents);
    return documents;
  }

  return {
    find(body, { path, configuredIn } = {}) {
      const named = path ?? configuredIn;
      const file = named === undefined ? undefined : resolveReference(own?.folder ?? '', named);
      if (file === undefined || !files.has(file)) return fallback;
      if (path !== undefined) return findDocument(documentsOf(file), body) ?? { file, line: 1 };
      const generator = kustomizations.find((one) => one.file === file);
      return (generator && findGenerator(generator, body)) ?? { file, line: 1 };
    },
  };
}

/** Names grow by prefixes and suffixes on the way, and kinds stay, nearly always. */
function findDocument(
  documents: readonly ManifestDocument[],
  body: JsonObject,
): Origin | undefined {
  const sameKind = documents.filter((document) => document.body['kind'] === body['kind']);
  const name = nameOf(body);
  const byName = sameKind
    .filter((document) => name.includes(nameOf(document.body)))
    .toSorted((a, b) => nameOf(b.body).length - nameOf(a.body).length);
  return (byName[0] ?? sameKind[0] ?? documents[0])?.origin;
}

function findGenerator({ file, text, value }: Kustomization, body: JsonObject): Origin | undefined {
  const member = body['kind'] === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
  const generators = value[member];
  const names = (isJsonList(generators) ? generators : [])
    .map((generator) => (isJsonObject(generator) ? generator['name'] : undefined))
    .filter((name) => typeof name === 'string')
    .filter((name) => nameOf(body).includes(name))
    .toSorted((a, b) => b.length - a.length);
  const start = { file, line: Number.MAX_SAFE_INTEGER };
  return names[0] === undefined
    ? undefined
    : locateField(text, start, [member, { name: names[0] }]);
}

const originAnnotation = 'config.kubernetes.io/origin';

function noteOf(body: JsonObject): Note {
  const annotations = memberOf(body['metadata'], 'annotations');
  const text = memberOf(annotations, originAnnotation);
  const note = typeof text === 'string' ? parseYaml(text, { file: '' }).value : undefined;
  const path = memberOf(note, 'path');
  const configuredIn = memberOf(note, 'configuredIn');
  // What comes from another repository has its origin there.
  if (memberOf(note, 'repo') !== undefined) return {};
  return {
    ...(typeof path === 'string' && { path }),
    ...(typeof configuredIn === 'string' && { configuredIn }),
  };
}

/** Unlike the output's order, this does not depend on the note. */
function keyOf(body: JsonObject): string {
  const namespace = memberOf(body['metadata'], 'namespace');
  return JSON.stringify([body['apiVersion'], body['kind'], namespace ?? null, nameOf(body)]);
}

function nameOf(body: JsonObject): string {
  const name = memberOf(body['metadata'], 'name');
  return typeof name === 'string' ? name : '';
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
