/**
 * What an answer of a forge has to look like. Foreign answers hold far more than we read: members
 * that are not named are not looked at.
 *
 * Shapes are plain JSON Schema that know the type which they describe, so that a member which is
 * typed and not described, or the other way round, does not compile.
 */
import type { Validator } from 'typebox/schema';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Describes a `T`, no more and no less. */
export interface Shape<T> extends JsonSchema {
  /** Never there. It keeps the shape of one type from passing as that of another. */
  readonly '~shape'?: (value: T) => T;
}

/** A member that forges leave out, or say `null` for. */
export interface MaybeShape<T> {
  readonly maybe: Shape<T>;
}

export type ShapeMembers<T> = {
  // biome-ignore lint/complexity/noBannedTypes: asks whether the member may be absent.
  readonly [K in keyof T]-?: {} extends Pick<T, K> ? MaybeShape<NonNullable<T[K]>> : Shape<T[K]>;
};

export const text: Shape<string> = { type: 'string' };
export const integer: Shape<number> = {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
};
export const truth: Shape<boolean> = { type: 'boolean' };

export function list<T>(items: Shape<T>): Shape<readonly T[]> {
  return { type: 'array', items };
}

export function maybe<T>(shape: Shape<T>): MaybeShape<T> {
  return { maybe: shape };
}

export function object<T>(members: ShapeMembers<T>): Shape<T> {
  const entries: readonly (readonly [string, JsonSchema | MaybeShape<unknown>])[] =
    Object.entries(members);
  const required = entries.filter(([, member]) => !isMaybe(member)).map(([name]) => name);
  const properties = Object.fromEntries(
    entries.map(([name, member]) => [
      name,
      isMaybe(member) ? { anyOf: [member.maybe, { type: 'null' }] } : member,
    ]),
  );
  return { type: 'object', required, properties };
}

function isMaybe(member: JsonSchema | MaybeShape<unknown>): member is MaybeShape<unknown> {
  return 'maybe' in member;
}

const compiled = new WeakMap<object, Validator>();

/** Tells whether a value is what the shape says. What compiles shapes is loaded with the first of them. */
export async function guardOf<T>(shape: Shape<T>): Promise<(value: unknown) => value is T> {
  const validator = compiled.get(shape) ?? (await import('typebox/schema')).Compile(shape);
  compiled.set(shape, validator);
  return (value): value is T => validator.Check(value);
}
