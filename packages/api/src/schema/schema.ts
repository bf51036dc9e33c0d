/**
 * Schemas of the wire. Each is plain JSON Schema that knows the type which it describes, so that a
 * member which is typed and not described, or the other way round, does not compile.
 *
 * Types are written by hand beside their schemas, with what they mean: exported declarations have to
 * name their types, and a derived type names nothing.
 */
import type { Json } from '@trueup/diagnostics';

/**
 * What there is at run time: JSON Schema 2020-12, which OpenAPI 3.1 uses. Plain data, since the
 * client loads it at every start of the command line, and a library that builds it takes longer to
 * load than all the rest.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Describes a `T`, no more and no less. */
export interface Schema<T> extends JsonSchema {
  /** Never there. It keeps the schema of one type from passing as that of another. */
  readonly '~wire'?: (value: T) => T;
}

/** A schema of whatever type. */
export interface AnySchema extends JsonSchema {
  readonly '~wire'?: unknown;
}

export type WireOf<S> = S extends { readonly '~wire'?: (value: infer T) => unknown } ? T : never;

/** A member that may be absent. */
export interface OptionalSchema<T> {
  readonly optional: Schema<T>;
}

export type Members<T> = {
  // biome-ignore lint/complexity/noBannedTypes: asks whether the member may be absent.
  readonly [K in keyof T]-?: {} extends Pick<T, K>
    ? OptionalSchema<Exclude<T[K], undefined>>
    : Schema<T[K]>;
};

/** No members but these. `title` names it in the document; what has none is written where it is used. */
export function object<T>(members: Members<T>, title?: string): Schema<T> {
  const entries: readonly (readonly [string, JsonSchema | OptionalSchema<unknown>])[] =
    Object.entries(members);
  const required = entries.filter(([, member]) => !isOptional(member)).map(([name]) => name);
  const properties = Object.fromEntries(
    entries.map(([name, member]) => [name, isOptional(member) ? member.optional : member]),
  );
  return {
    ...titled(title),
    type: 'object',
    ...(required.length > 0 && { required }),
    properties,
    additionalProperties: false,
  };
}

export function optional<T>(schema: Schema<T>): OptionalSchema<T> {
  return { optional: schema };
}

function isOptional(
  member: JsonSchema | OptionalSchema<unknown>,
): member is OptionalSchema<unknown> {
  return typeof member['optional'] === 'object';
}

/** One of several shapes. */
export function union<const S extends readonly AnySchema[]>(
  variants: S,
  title?: string,
): Schema<WireOf<S[number]>> {
  return { ...titled(title), anyOf: variants };
}

/** One of several words. */
export function words<const T extends string>(values: readonly T[], title?: string): Schema<T> {
  return { ...titled(title), type: 'string', enum: values };
}

function titled(title: string | undefined): { readonly title?: string } {
  return title === undefined ? {} : { title };
}

export interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly description?: string;
}

export function text(limits: TextLimits = {}): Schema<string> {
  return { type: 'string', ...limits };
}

export interface NumberLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

export function integer(limits: NumberLimits = {}): Schema<number> {
  return { type: 'integer', ...limits };
}

export function number(): Schema<number> {
  return { type: 'number' };
}

export function truth(description?: string): Schema<boolean> {
  return { type: 'boolean', ...(description !== undefined && { description }) };
}

/** Exactly `true`; what is otherwise absent. */
export const onlyTrue: Schema<true> = { type: 'boolean', const: true };

export function list<T>(
  items: Schema<T>,
  limits: { readonly maxItems?: number } = {},
): Schema<readonly T[]> {
  return { type: 'array', items, ...limits };
}

/** Members of any name, all of one kind. */
export function record<T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { type: 'object', additionalProperties: values };
}

/** Any JSON value. Integers beyond 2^53 are written with all of their digits. */
export const json: Schema<Json> = {
  description: 'Any JSON value. Integers may have more than 53 bits.',
};
