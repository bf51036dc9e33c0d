/** Reads the resources of a stack from the JSON files below its folder. */
import { type Diagnostic, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Files } from '../files.ts';
import type { Prepared, PrepareRequest } from '../provider.ts';
import { type DesiredResource, formatResourceId, type ResourceId } from '../resource.ts';
import { complainOf, InputReader, readJson } from './fixture-input.ts';

/** A file says `{ "resources": [SavedResource] }`. */
export interface SavedResource {
  readonly kind: string;
  readonly name: string;
  /**
   * A value that is exactly `$(name)` is an input, one that is exactly `@Kind.name` the id of another
   * resource, hence a dependency. A change of a member that begins with `fixed` replaces the resource.
   */
  readonly attributes?: JsonObject;
  /** Attributes that hold secrets, besides those whose name begins with `secret`. */
  readonly sensitive?: readonly string[];
  /** What other stacks get: attribute by name. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** `Kind.name`. */
  readonly dependsOn?: readonly string[];
  /** `Kind.name` under which the state knows it. */
  readonly movedFrom?: string;
}

/** The body of a desired resource. */
export interface SavedBody extends JsonObject {
  readonly attributes: JsonObject;
  readonly sensitive: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

export async function prepareSaved(
  files: Files,
  request: PrepareRequest,
  call: CallContext,
): Promise<Prepared> {
  call.signal.throwIfAborted();
  const inputs = new InputReader(request, call);
  const resources: DesiredResource[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of await files.list(request.stack.path)) {
    if (!file.endsWith('.json')) continue;
    const read = await readJson(files, file);
    diagnostics.push(...read.diagnostics);
    if (read.value === undefined) continue;
    const listed = listOf(read.value);
    if (!listed) diagnostics.push(complainOf(file, ['resources'], 'is no list of resources'));
    resources.push(...(listed ?? []).map((one) => toDesired(one, file, inputs)));
  }
  return {
    resources,
    inputsRead: inputs.inputsRead,
    diagnostics: [...diagnostics, ...inputs.diagnostics],
  };
}

/** The address that `@Kind.name` means; `undefined` for any other value. */
export function referenceOf(value: Json | undefined): ResourceId | undefined {
  const name = typeof value === 'string' ? /^@(\w+\.[\w-]+)$/.exec(value)?.[1] : undefined;
  return name === undefined ? undefined : parseAddress(name);
}

export function isSensitiveAttribute(name: string, marked: readonly string[]): boolean {
  return name.startsWith('secret') || marked.includes(name);
}

function listOf(value: Json): readonly SavedResource[] | undefined {
  const list = isJsonObject(value) ? value['resources'] : undefined;
  return Array.isArray(list) && list.every(isResource)
    ? (list as unknown as readonly SavedResource[])
    : undefined;
}

function isResource(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const { kind, name, attributes = {}, outputs = {} } = value;
  const { sensitive = [], dependsOn = [], movedFrom = '' } = value;
  return (
    [kind, name, movedFrom].every((text) => typeof text === 'string') &&
    [attributes, outputs].every(isJsonObject) &&
    [sensitive, dependsOn].every(Array.isArray)
  );
}

function toDesired(resource: SavedResource, file: string, inputs: InputReader): DesiredResource {
  const { kind, name, movedFrom, outputs = {}, dependsOn = [], sensitive = [] } = resource;
  const taken = Object.entries(resource.attributes ?? {}).map(([attribute, value]) => ({
    attribute,
    ...inputs.take(value, file),
  }));
  const attributes = Object.fromEntries(taken.map((one) => [one.attribute, one.value]));
  const secret = taken.filter(
    (one) => one.sensitive || isSensitiveAttribute(one.attribute, sensitive),
  );
  const body: SavedBody = {
    attributes,
    sensitive: secret.map(({ attribute }) => attribute),
    outputs: { ...outputs },
    ...(movedFrom !== undefined && { movedFrom: parseAddress(movedFrom) }),
  };
  const references = Object.values(attributes).flatMap((value) => referenceOf(value) ?? []);
  return {
    id: formatResourceId({ kind, scope: '', name }),
    body,
    position: { wave: 0, rank: 0 },
    dependsOn: [...new Set([...references, ...dependsOn.map(parseAddress)])],
    origin: { file, line: 1 },
  };
}

function parseAddress(text: string): ResourceId {
  const [kind = '', ...rest] = text.split('.');
  return formatResourceId({ kind, scope: '', name: rest.join('.') });
}
