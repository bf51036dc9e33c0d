/** RFC 6902, with the limits of the API server. */

import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { copyJson, type DraftValue, isDraft, setMember } from '../object/draft.ts';
import { readText } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { showJson } from '../object/show-json.ts';

/** A patch that cannot be read (`malformed`) or does not fit to the object (`unfit`). */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly kind: 'malformed' | 'unfit' | 'too-long';

  constructor(kind: PatchError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

const maxOperations = 10_000;

/** @throws PatchError; nothing is patched by halves. */
export function applyJsonPatch(value: Json, patch: Json): Json {
  if (!isJsonList(patch))
    throw new PatchError(
      'malformed',
      'json: cannot unmarshal into Go value of type jsonpatch.Patch',
    );
  const count: number = patch.length;
  if (count > maxOperations) {
    const limit = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${count}`;
    throw new PatchError('too-long', `Request entity too large: ${limit}`);
  }
  // A root to hang the object on, so that it can itself be replaced.
  const root = { value: copyJson(value) };
  for (const operation of patch) applyOperation(root, operation);
  return root.value;
}

interface Root {
  value: DraftValue;
}

function applyOperation(root: Root, operation: Json): void {
  if (!isJsonObject(operation)) throw new PatchError('malformed', 'operation is no object');
  const { from, value } = operation;
  const op = showJson(operation['op']);
  const path = readText(operation, 'path');
  if (path === undefined) throw new PatchError('malformed', 'operation has no path');
  const steps = parsePointer(path);
  switch (op) {
    case 'add':
      addAt(root, steps, copyJson(value ?? null));
      return;
    case 'remove':
      removeAt(root, steps, path);
      return;
    case 'replace':
      // What is replaced need not be there, as in the library that the server uses.
      replaceAt(root, steps, copyJson(value ?? null));
      return;
    case 'move':
    case 'copy': {
      const source = parsePointer(typeof from === 'string' ? from : '');
      const found = getAt(
        root,
        source,
        `${op} operation does not apply: doc is missing from path: ${showJson(from)}`,
      );
      if (op === 'move') removeAt(root, source, showJson(from));
      addAt(root, steps, copyJson(found));
      return;
    }
    case 'test': {
      const found = getAt(root, steps, '', true);
      if (!isSameJson(found, value ?? null)) {
        throw new PatchError('unfit', `testing value ${path} failed: test failed`);
      }
      return;
    }
    default:
      throw new PatchError('unfit', `Unexpected kind: ${op}`);
  }
}

function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function getAt(
  root: Root,
  steps: readonly string[],
  missing: string,
  absentIsNull = false,
): DraftValue {
  let value: DraftValue | undefined = root.value;
  for (const step of steps) {
    if (Array.isArray(value)) value = value[indexOf(step, value.length - 1)];
    else value = isDraft(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    if (value === undefined) {
      if (absentIsNull) return null;
      throw new PatchError('unfit', missing);
    }
  }
  return value;
}

function parentOf(root: Root, steps: readonly string[], path: string): DraftValue {
  return getAt(
    root,
    steps.slice(0, -1),
    `operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`,
  );
}

function addAt(root: Root, steps: readonly string[], value: DraftValue): void {
  const last = steps.at(-1);
  if (last === undefined) {
    root.value = value;
    return;
  }
  const parent = parentOf(root, steps, `/${steps.join('/')}`);
  if (Array.isArray(parent)) {
    parent.splice(last === '-' ? parent.length : indexOf(last, parent.length), 0, value);
  } else if (isDraft(parent)) {
    setMember(parent, last, value);
  } else {
    throw new PatchError(
      'unfit',
      `add operation does not apply: doc is missing path: "/${steps.join('/')}": missing value`,
    );
  }
}

function replaceAt(root: Root, steps: readonly string[], value: DraftValue): void {
  const last = steps.at(-1);
  if (last === undefined) {
    root.value = value;
    return;
  }
  const parent = parentOf(root, steps, `/${steps.join('/')}`);
  if (Array.isArray(parent)) parent[indexOf(last, parent.length - 1)] = value;
  else if (isDraft(parent)) setMember(parent, last, value);
}

function removeAt(root: Root, steps: readonly string[], path: string): void {
  const last = steps.at(-1);
  if (last === undefined)
    throw new PatchError('unfit', 'remove operation does not apply to the whole document');
  const parent = parentOf(root, steps, path);
  if (Array.isArray(parent)) {
    parent.splice(indexOf(last, parent.length - 1), 1);
    return;
  }
  if (!isDraft(parent) || !Object.hasOwn(parent, last)) {
    throw new PatchError(
      'unfit',
      `remove operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`,
    );
  }
  delete parent[last];
}

function indexOf(step: string, most: number): number {
  const index = /^(?:0|-?[1-9]\d*)$/.test(step) ? Number(step) : Number.NaN;
  const counted = index < 0 ? most + 1 + index : index;
  if (Number.isNaN(counted) || counted < 0 || counted > most) {
    throw new PatchError(
      'unfit',
      `Unable to access invalid index: ${step}: invalid index referenced`,
    );
  }
  return counted;
}
