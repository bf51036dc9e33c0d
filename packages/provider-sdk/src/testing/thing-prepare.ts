/** Reads things from the JSON files below a stack's folder, one thing a file. */
import { type Diagnostic, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import type { Files } from '../files.ts';
import type { Prepared, PrepareRequest } from '../provider.ts';
import { type DesiredResource, formatResourceId, type ResourceId } from '../resource.ts';
import { complainOf, InputReader, readJson, textOf } from './fixture-input.ts';

/** What a file may say. */
export interface ThingFile {
  readonly kind: string;
  readonly scope?: string;
  readonly name: string;
  /** A member that is exactly `$(name)` takes the value of that input. */
  readonly spec?: JsonObject;
  /** Texts as `Kind/scope/name`. */
  readonly dependsOn?: readonly string[];
  readonly wave?: number;
  readonly rank?: number;
  readonly executes?: 'always' | 'changed';
  /** Becomes `spec.secret`. */
  readonly secret?: string;
  /** `Kind/scope/name` of a thing whose serial it takes, and which it therefore depends on. */
  readonly needs?: string;
  /** Allows that the thing goes and comes again when `spec.fixed` changes. */
  readonly replace?: true;
}

/** The body of a desired thing. */
export interface ThingBody extends JsonObject {
  readonly spec: JsonObject;
  readonly sensitive: readonly string[];
}

const members: Readonly<Record<string, (value: Json) => boolean>> = {
  kind: isName,
  scope: isText,
  name: isName,
  spec: isJsonObject,
  dependsOn: (value) => Array.isArray(value) && value.every(isText),
  wave: Number.isInteger,
  rank: Number.isInteger,
  executes: (value) => value === 'always' || value === 'changed',
  secret: isText,
  needs: isText,
  replace: (value) => value === true,
};

export async function prepareThings(
  files: Files,
  request: PrepareRequest,
  call: CallContext,
): Promise<Prepared> {
  call.signal.throwIfAborted();
  const resources = new Map<ResourceId, DesiredResource>();
  const inputs = new InputReader(request, call);
  const diagnostics: Diagnostic[] = [];
  for (const path of await files.list(request.stack.path)) {
    if (!path.endsWith('.json')) continue;
    const read = await readThing(files, path);
    diagnostics.push(...read.diagnostics);
    if (!read.thing) continue;
    const desired = toDesired(read.thing, path, textOf(request.stack.settings, 'scope'), inputs);
    if (resources.has(desired.id)) diagnostics.push(claimedTwice(desired.id, path));
    resources.set(desired.id, desired);
  }
  return {
    resources: [...resources.values()],
    inputsRead: inputs.inputsRead,
    diagnostics: [...diagnostics, ...inputs.diagnostics],
  };
}

/** `Kind/scope/name` as somebody writes it. A missing scope is empty. */
export function parseThingName(text: string): ResourceId {
  const parts = text.split('/');
  const [kind = '', scope = '', name = ''] = parts.length < 3 ? [parts[0], '', parts[1]] : parts;
  return formatResourceId({ kind, scope, name });
}

interface ReadThing {
  readonly thing?: ThingFile;
  readonly diagnostics: readonly Diagnostic[];
}

async function readThing(files: Files, file: string): Promise<ReadThing> {
  const { value, diagnostics } = await readJson(files, file);
  if (value === undefined) return { diagnostics };
  const complaints = checkThing(value, file);
  return complaints.length > 0
    ? { diagnostics: complaints }
    : { thing: value as unknown as ThingFile, diagnostics: [] };
}

function checkThing(value: unknown, file: string): readonly Diagnostic[] {
  if (!isJsonObject(value)) return [complainOf(file, [], 'is not an object')];
  const missing = ['kind', 'name'].filter((name) => !Object.hasOwn(value, name));
  const wrong = Object.entries(value).filter(
    ([name, member]) => !(Object.hasOwn(members, name) && members[name]?.(member)),
  );
  return [
    ...missing.map((name) => complainOf(file, [name], 'is missing')),
    ...wrong.map(([name]) =>
      complainOf(file, [name], Object.hasOwn(members, name) ? 'has a wrong value' : 'is not known'),
    ),
  ];
}

function claimedTwice(id: ResourceId, file: string): Diagnostic {
  const origin = { file, line: 1 };
  const summary = `${id}: described by two files`;
  return { severity: 'error', code: 'THING_CLAIMED_TWICE', path: [], origin, summary };
}

function toDesired(
  thing: ThingFile,
  file: string,
  ownScope: string | undefined,
  inputs: InputReader,
): DesiredResource {
  const { kind, scope = ownScope ?? '', name, needs, secret, replace } = thing;
  const taken = Object.entries(thing.spec ?? {}).map(([field, value]) => ({
    field,
    ...inputs.take(value, file),
  }));
  const spec = Object.fromEntries(taken.map(({ field, value }) => [field, value]));
  const marked = taken.filter((one) => one.sensitive || isSecretName(one.field));
  const body: ThingBody = {
    spec: secret === undefined ? spec : { ...spec, secret },
    sensitive: [...new Set([...marked.map(({ field }) => field), ...(secret ? ['secret'] : [])])],
    ...(needs !== undefined && { needs: parseThingName(needs) }),
    ...(replace && { replace }),
  };
  const dependsOn = [...(thing.dependsOn ?? []), ...(needs === undefined ? [] : [needs])];
  return {
    id: formatResourceId({ kind, scope, name }),
    body,
    position: { wave: thing.wave ?? 0, rank: thing.rank ?? 0 },
    dependsOn: dependsOn.map(parseThingName),
    origin: { file, line: 1 },
    ...(thing.executes && { executes: thing.executes }),
  };
}

/** The schema of things says so. */
export function isSecretName(field: string): boolean {
  return field.startsWith('secret');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isName(value: unknown): boolean {
  return isText(value) && value !== '';
}
