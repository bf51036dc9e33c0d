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
  const fields = [
    ...known,
    ...unknown.map((path): BareField => {
      const before = at(sides.before, path);
      return { path, unknown: true, ...(before !== undefined && before !== null && { before }) };
    }),
  ];
  return cover(fields, sides, sealing);
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
  const asked = diffFields(undefined, known, () => undefined).filter(
    ({ path, after }) => path.length > 0 && after !== null,
  );
  // What is known only after a create: nobody asked for these values.
  const later = unknown.map((path): BareField => ({ path, unknown: true, generated: true }));
  return cover([...asked, ...later], sides, sealing);
}

type BareField = Omit<FieldChange, 'sensitive'>;

/**
 * What a mark covers is one field: names within it are as secret as values. So is what holds a name that is, or
 * holds, a secret, as a map whose keys were made of one.
 */
function cover(
  fields: readonly BareField[],
  sides: Sides,
  sealing: Sealing,
): readonly FieldChange[] {
  const covered = new Set<string>();
  return fields.flatMap((field): readonly FieldChange[] => {
    const path = coverOf(field.path, sides, sealing.secrets);
    if (path.length === field.path.length) return [sealField(field, sides, sealing)];
    const key = JSON.stringify(path);
    if (covered.has(key)) return [];
    covered.add(key);
    const [before, after] = [at(sides.before, path), at(sides.after, path)];
    const isUnknown = hasMark(at(sides.unknown, path));
    const whole: BareField = {
      path,
      ...(before !== undefined && before !== null && { before }),
      ...(after !== undefined && after !== null && { after }),
      ...(isUnknown && { unknown: true }),
    };
    return [{ ...sealField(whole, sides, sealing), sensitive: true }];
  });
}

/** The same path where nothing has to be covered. An attribute's own name is never secret. */
function coverOf(path: FieldPath, sides: Sides, secrets: KnownSecrets): FieldPath {
  const end = path.findIndex((step, index) => {
    if (index === 0) return false;
    const above = path.slice(0, index);
    const isCovered = [sides.beforeMarks, sides.afterMarks].some(
      (marks) => at(marks, above) === true,
    );
    return isCovered || (typeof step === 'string' && secrets.isIn(step));
  });
  return end === -1 ? path : path.slice(0, end);
}

function sealField(
  { path, before, after, ...rest }: BareField,
  { beforeMarks, afterMarks }: Sides,
  { secrets, seal }: Sealing,
): FieldChange {
  const marked = isMarked(beforeMarks, path) || isMarked(afterMarks, path);
  const sensitive = marked || secrets.isIn(before) || secrets.isIn(after);
  const show = (value: Json) => (sensitive ? seal(value, path) : value);
  return {
    ...rest,
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
