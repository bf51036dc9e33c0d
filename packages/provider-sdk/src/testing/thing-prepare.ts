/** Reads things from the JSON files below a stack's folder, one thing a file. */
import {
  type Diagnostic,
  formatJson,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';

import type { CallContext } from '../call-context.ts';
import { digestBody } from '../digest-body.ts';
import type { Files } from '../files.ts';
import type { InputRead, Prepared, PrepareRequest } from '../provider.ts';
import {
  type DesiredResource,
  formatResourceId,
  type ResourceAddress,
  type ResourceId,
} from '../resource.ts';

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
  const inputsRead = new Map<string, InputRead>();
  const diagnostics: Diagnostic[] = [];
  for (const path of await files.list(request.stack.path)) {
    if (!path.endsWith('.json')) continue;
    const text = new TextDecoder().decode(await files.read(path));
    const read = readThing(text, path);
    if (!read.thing) {
      diagnostics.push(...read.diagnostics);
      continue;
    }
    const desired = toDesired(read.thing, path, request, { call, inputsRead, diagnostics });
    if (resources.has(desired.id)) diagnostics.push(claimedTwice(desired.id, path));
    resources.set(desired.id, desired);
  }
  return { resources: [...resources.values()], inputsRead: [...inputsRead.values()], diagnostics };
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

function readThing(text: string, file: string): ReadThing {
  try {
    const value: unknown = JSON.parse(text);
    const diagnostics = checkThing(value, file);
    return diagnostics.length > 0 ? { diagnostics } : { thing: value as ThingFile, diagnostics };
  } catch (error) {
    const place = /line (\d+) column (\d+)/.exec(error instanceof Error ? error.message : '');
    const origin = { file, line: Number(place?.[1] ?? 1), column: Number(place?.[2] ?? 1) };
    const summary = `${file}: not JSON`;
    return {
      diagnostics: [{ severity: 'error', code: 'THING_FILE_INVALID', path: [], origin, summary }],
    };
  }
}

function checkThing(value: unknown, file: string): readonly Diagnostic[] {
  if (!isJsonObject(value)) return [invalid(file, [], 'is not an object')];
  const missing = ['kind', 'name'].filter((name) => !Object.hasOwn(value, name));
  const wrong = Object.entries(value).filter(
    ([name, member]) => !(Object.hasOwn(members, name) && members[name]?.(member)),
  );
  return [
    ...missing.map((name) => invalid(file, [name], 'is missing')),
    ...wrong.map(([name]) =>
      invalid(file, [name], Object.hasOwn(members, name) ? 'has a wrong value' : 'is not known'),
    ),
  ];
}

function invalid(file: string, path: readonly string[], message: string): Diagnostic {
  return {
    severity: 'error',
    code: 'THING_FIELD_INVALID',
    path,
    origin: { file, line: 1 },
    summary: `${file}: ${[...path, message].join(' ')}`,
  };
}

function claimedTwice(id: ResourceId, file: string): Diagnostic {
  const origin = { file, line: 1 };
  const summary = `${id}: described by two files`;
  return { severity: 'error', code: 'THING_CLAIMED_TWICE', path: [], origin, summary };
}

interface Gathering {
  readonly call: CallContext;
  readonly inputsRead: Map<string, InputRead>;
  readonly diagnostics: Diagnostic[];
}

function toDesired(
  thing: ThingFile,
  file: string,
  request: PrepareRequest,
  gathering: Gathering,
): DesiredResource {
  const { kind, scope = scopeOf(request.stack.settings), name, needs, secret, replace } = thing;
  const address: ResourceAddress = { kind, scope, name };
  const taken = Object.entries(thing.spec ?? {}).map(([field, value]) => ({
    field,
    ...takeInput(value, { file, request, gathering }),
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
    id: formatResourceId(address),
    body,
    position: { wave: thing.wave ?? 0, rank: thing.rank ?? 0 },
    dependsOn: dependsOn.map(parseThingName),
    origin: { file, line: 1 },
    ...(thing.executes && { executes: thing.executes }),
  };
}

interface InputPlace {
  readonly file: string;
  readonly request: PrepareRequest;
  readonly gathering: Gathering;
}

interface Taken {
  readonly value: Json;
  readonly sensitive: boolean;
}

function takeInput(value: Json, { file, request, gathering }: InputPlace): Taken {
  const name = typeof value === 'string' ? /^\$\(([\w.-]+)\)$/.exec(value)?.[1] : undefined;
  if (name === undefined) return { value, sensitive: false };
  const input = Object.hasOwn(request.inputs, name) ? request.inputs[name] : undefined;
  if (!input) {
    const diagnostic = invalid(file, ['spec'], `takes the input '${name}', which is not given`);
    gathering.diagnostics.push({ ...diagnostic, code: 'THING_INPUT_MISSING' });
    return { value: null, sensitive: false };
  }
  const id = formatResourceId({ kind: 'Input', scope: request.stack.name, name });
  const place = { target: request.target.name, id, path: [] };
  const digest = input.sensitive
    ? gathering.call.seal(input.value, place)
    : digestBody({ value: formatJson(input.value) });
  gathering.inputsRead.set(name, { name: `input:${name}`, digest });
  return input;
}

function scopeOf(settings: unknown): string {
  return isJsonObject(settings) && isText(settings['scope']) ? settings['scope'] : '';
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
