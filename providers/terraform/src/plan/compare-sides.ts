/** The fields of one change, from what the tool says of its two sides. */
import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  readObject,
} from '@trueup/diagnostics';
import { diffFields, digestBody, type FieldChange } from '@trueup/provider-sdk';

import { hasMark, isMarked, type KnownSecrets } from './known-secrets.ts';

export interface Sides {
  readonly before: Json;
  /** Without what is not known yet. */
  readonly after: Json;
  readonly unknown: Json;
  readonly beforeMarks: Json;
  readonly afterMarks: Json;
}

export interface Sealing {
  readonly secrets: KnownSecrets;
  readonly seal: (value: Json, path: FieldPath) => string;
}

export function readSides(change: JsonObject): Sides {
  return {
    before: change['before'] ?? null,
    after: change['after'] ?? null,
    unknown: change['after_unknown'] ?? false,
    beforeMarks: change['before_sensitive'] ?? false,
    afterMarks: change['after_sensitive'] ?? false,
  };
}

/** What differs, field by field. */
export function changedFields(sides: Sides, sealing: Sealing): readonly FieldChange[] {
  const unknown = unknownPaths(sides.unknown, []);
  const holes = (value: Json): Json => unknown.reduce((left, path) => without(left, path), value);
  const known = diffFields(holes(sides.before), holes(sides.after), () => undefined);
  return [
    ...known.map((one) => sealField(one, sides, sealing)),
    ...unknown.map((path): FieldChange => {
      const before = at(sides.before, path);
      const shown = before === undefined || before === null ? {} : { before };
      return { ...sealField({ path, ...shown }, sides, sealing), unknown: true };
    }),
  ];
}

/** Of a body as a whole: what a create or a delete is about. */
export function rootField(side: 'before' | 'after', sides: Sides, sealing: Sealing): FieldChange {
  const body = readObject(sides[side]);
  const marks = side === 'before' ? sides.beforeMarks : sides.afterMarks;
  const sensitive = hasMark(marks) || sealing.secrets.isIn(body);
  const value = sensitive ? sealing.seal(body, []) : digestBody(body);
  return { path: [], [side]: value, sensitive };
}

/**
 * What a create asks for, field by field: only the tool knows it, so that nobody could expand the digest
 * of its body later.
 */
export function askedFields(sides: Sides, sealing: Sealing): readonly FieldChange[] {
  const unknown = unknownPaths(sides.unknown, []);
  const known = unknown.reduce((left, path) => without(left, path), sides.after);
  return diffFields(undefined, known, () => undefined)
    .filter(({ path, after }) => path.length > 0 && after !== null)
    .map((one) => sealField(one, sides, sealing));
}

/** What is known only after a create. Nobody asked for these values. */
export function unknownFields({ unknown, afterMarks }: Sides): readonly FieldChange[] {
  return unknownPaths(unknown, []).map((path) => ({
    path,
    unknown: true,
    generated: true,
    sensitive: isMarked(afterMarks, path),
  }));
}

function sealField(
  { path, before, after }: Pick<FieldChange, 'path' | 'before' | 'after'>,
  { beforeMarks, afterMarks }: Sides,
  { secrets, seal }: Sealing,
): FieldChange {
  const marked = isMarked(beforeMarks, path) || isMarked(afterMarks, path);
  const sensitive = marked || secrets.isIn(before) || secrets.isIn(after);
  const show = (value: Json) => (sensitive ? seal(value, path) : value);
  return {
    path,
    ...(before !== undefined && { before: show(before) }),
    ...(after !== undefined && { after: show(after) }),
    sensitive,
  };
}

/** A list is one value, so that one unknown item makes all of it unknown. */
function unknownPaths(unknown: Json, path: FieldPath): readonly FieldPath[] {
  if (unknown === true) return [path];
  if (isJsonList(unknown)) return hasMark(unknown) ? [path] : [];
  if (!isJsonObject(unknown)) return [];
  return Object.entries(unknown).flatMap(([name, member]) => unknownPaths(member, [...path, name]));
}

function without(value: Json, path: FieldPath): Json {
  const [step, ...rest] = path;
  if (typeof step !== 'string' || !isJsonObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: member = null, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: without(member, rest) };
}

function at(value: Json, path: FieldPath): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof step !== 'string' || !isJsonObject(here) || !Object.hasOwn(here, step))
      return undefined;
    here = here[step];
  }
  return here;
}
