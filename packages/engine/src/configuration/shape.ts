/**
 * Describes what may stand in a configuration file, once: the description reads a value, reports
 * all that is wrong with it, knows the names for "did you mean", and gives the JSON Schema.
 */
import {
  adviseName,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
} from '@trueup/diagnostics';
import { itemOf, memberOf, type Place, quote, type Remark, report } from './place.ts';

export interface Shape<T> {
  /** The value, or `undefined` after having reported why there is none. */
  readonly read: (place: Place) => T | undefined;
  /** JSON Schema 2020-12. */
  readonly schema: JsonObject;
}

export interface TextRules {
  /** What it is, with its article: "a name". Ends the sentence "… is not". */
  readonly is: string;
  /** What is wrong with the text, if anything. It ends the sentence "`path`: …". */
  readonly check?: (text: string) => string | undefined;
  readonly maxLength?: number;
  readonly schema?: JsonObject;
  readonly advice?: string;
}

export function text(rules: TextRules): Shape<string> {
  const { is, check, maxLength = 1000, advice } = rules;
  return {
    schema: { type: 'string', maxLength, ...rules.schema },
    read: (place) => {
      const { value } = place;
      if (typeof value !== 'string')
        return refuse(place, `is ${describe(value)}, not ${is}`, advice);
      if (value.length > maxLength) {
        return refuse(place, `has ${value.length} characters, ${maxLength} are allowed`, advice);
      }
      const complaint = check?.(value);
      return complaint === undefined ? value : refuse(place, complaint, advice);
    },
  };
}

export function integer(minimum: number, maximum: number): Shape<number> {
  return {
    schema: { type: 'integer', minimum, maximum },
    read: (place) => {
      const { value } = place;
      const fits = typeof value === 'number' && Number.isInteger(value);
      if (fits && value >= minimum && value <= maximum) return value;
      const found =
        typeof value === 'number' || typeof value === 'bigint' ? value : describe(value);
      const complaint = `is ${found}, not a whole number from ${minimum} to ${maximum}`;
      return refuse(place, complaint, 'Write digits only, without quotes.');
    },
  };
}

export function flag(): Shape<boolean> {
  return {
    schema: { type: 'boolean' },
    read: (place) => {
      const { value } = place;
      if (typeof value === 'boolean') return value;
      const advice = 'Write `true` or `false`, without quotes.';
      return refuse(place, `is ${describe(value)}, not true or false`, advice);
    },
  };
}

export function choice<const T extends string>(names: readonly T[]): Shape<T> {
  return {
    schema: { enum: names },
    read: (place) => {
      const { value } = place;
      const found = names.find((name) => name === value);
      if (found !== undefined) return found;
      const advice = (): string | undefined =>
        adviseName(typeof value === 'string' ? value : '', names);
      const shown = typeof value === 'string' ? quote(value) : describe(value);
      return refuse(place, `is ${shown}, which is none of ${names.join(', ')}`, advice);
    },
  };
}

/** Settings that only a provider understands. */
export function opaque(): Shape<Json> {
  return { schema: {}, read: ({ value }) => value };
}

export interface ListRules {
  readonly minItems?: number;
  readonly maxItems: number;
}

/** All of its items, or `undefined` when one of them is wrong. */
export function listOf<T>(item: Shape<T>, rules: ListRules): Shape<readonly T[]> {
  const { minItems = 0, maxItems } = rules;
  return {
    schema: { type: 'array', items: item.schema, maxItems, ...(minItems > 0 && { minItems }) },
    read: (place) => {
      const { value } = place;
      if (!isJsonList(value)) return refuse(place, `is ${describe(value)}, not a list`, listAdvice);
      if (value.length > maxItems) {
        return refuse(place, `has ${value.length} items, ${maxItems} are allowed`, fewer);
      }
      if (value.length < minItems) return refuse(place, 'is empty', 'Name at least one.');
      const items = value.map((_, index) => item.read(itemOf(place, index)));
      const good = items.filter((one) => one !== undefined);
      return good.length === items.length ? good : undefined;
    },
  };
}

const fewer = 'Leave some of them out.';
export const listAdvice = 'Write a list: `[…]`, or lines that begin with a dash.';

export interface MapRules {
  /** Of its names. */
  readonly name: TextRules;
  readonly maxMembers: number;
}

/** Members with names of the user's choice; `undefined` when one of them is wrong. */
export function mapOf<T>(member: Shape<T>, rules: MapRules): Shape<Readonly<Record<string, T>>> {
  const { name, maxMembers } = rules;
  return {
    schema: {
      type: 'object',
      propertyNames: { maxLength: name.maxLength ?? 1000, ...name.schema },
      additionalProperties: member.schema,
      maxProperties: maxMembers,
    },
    read: (place) => {
      const names = readNames(place, maxMembers);
      if (!names) return undefined;
      const members = names.map((one) => {
        const at = memberOf(place, one);
        const named = text(name).read({ ...at, value: one });
        const value = member.read(at);
        return named === undefined || value === undefined ? undefined : ([one, value] as const);
      });
      const good = members.filter((one) => one !== undefined);
      return good.length === members.length ? Object.fromEntries(good) : undefined;
    },
  };
}

/** Exactly one member, whose name says what the value is. */
export function oneOf<T>(
  members: Readonly<Record<string, Shape<T>>>,
  advice: string,
): Shape<{ readonly name: string; readonly value: T }> {
  const names = Object.keys(members);
  const properties = Object.fromEntries(names.map((name) => [name, members[name]?.schema ?? {}]));
  const bounds = { additionalProperties: false, minProperties: 1, maxProperties: 1 };
  return {
    schema: { type: 'object', properties, ...bounds },
    read: (place) => {
      const name = readOnlyName(place, advice);
      if (name === undefined) return undefined;
      const shape = Object.hasOwn(members, name) ? members[name] : undefined;
      if (!shape) return refuseName(place, name, names);
      const value = shape.read(memberOf(place, name));
      return value === undefined ? undefined : { name, value };
    },
  };
}

function readOnlyName(place: Place, advice: string): string | undefined {
  const names = readNames(place, 1000);
  if (!names || names.length === 1) return names?.[0];
  const found = names.length === 0 ? 'says nothing' : `has ${names.length} members`;
  return refuse(place, `${found}, and takes exactly one`, advice);
}

export interface Member<T, R extends boolean> {
  readonly shape: Shape<T>;
  readonly required: R;
  /** For editors: one sentence. */
  readonly says: string;
}

export function required<T>(shape: Shape<T>, says: string): Member<T, true> {
  return { shape, says, required: true };
}

export function optional<T>(shape: Shape<T>, says: string): Member<T, false> {
  return { shape, says, required: false };
}

/** A table of members, each with its own type. */
export type Members<M> = { readonly [K in keyof M]: Member<unknown, boolean> };

type RequiredNames<M extends Members<M>> = {
  [K in keyof M]: M[K] extends Member<unknown, true> ? K : never;
}[keyof M];
type ValueOf<M> = M extends Member<infer T, boolean> ? T : never;

/** What a table of members reads to. */
export type RecordOf<M extends Members<M>> = {
  readonly [K in RequiredNames<M>]: ValueOf<M[K]>;
} & { readonly [K in Exclude<keyof M, RequiredNames<M>>]?: ValueOf<M[K]> };

export function record<M extends Members<M>>(members: M): Shape<RecordOf<M>> {
  return {
    schema: schemaOf(members),
    read: (place) => {
      const read = readMembers(place, members);
      // biome-ignore lint/nursery/noUnsafeTypeAssertion: complete, so each member has its own type.
      return read.complete ? (read.values as RecordOf<M>) : undefined;
    },
  };
}

/** What could be read of an object. */
export interface ReadMembers<M extends Members<M>> {
  readonly values: Partial<RecordOf<M>>;
  /** Nothing is wrong with it. */
  readonly complete: boolean;
}

/** Reads what can be read, whatever else is wrong. */
export function readMembers<M extends Members<M>>(place: Place, members: M): ReadMembers<M> {
  const names = readNames(place, 1000);
  if (!names) return { values: {}, complete: false };
  const unknown = names.filter((name) => !Object.hasOwn(members, name));
  for (const name of unknown) refuseName(place, name, Object.keys(members));
  const values: [string, unknown][] = [];
  let complete = unknown.length === 0;
  for (const [name, member] of Object.entries<Member<unknown, boolean>>(members)) {
    const read = readMember(place, name, member);
    if (read === 'absent') continue;
    if (read) values.push([name, read.value]);
    else complete = false;
  }
  // biome-ignore lint/nursery/noUnsafeTypeAssertion: each member was read by its own shape.
  return { values: Object.fromEntries(values) as Partial<RecordOf<M>>, complete };
}

function readMember(
  place: Place,
  name: string,
  member: Member<unknown, boolean>,
): 'absent' | { readonly value: unknown } | undefined {
  const at = memberOf(place, name);
  if (at.value === undefined) {
    if (!member.required) return 'absent';
    report(place, {
      code: 'CONFIG_MEMBER_MISSING',
      summary: `${place.subject}: has no \`${name}\``,
      advice: member.says,
    });
    return undefined;
  }
  const value = member.shape.read(at);
  return value === undefined ? undefined : { value };
}

export function schemaOf<M extends Members<M>>(members: M): JsonObject {
  const all = Object.entries<Member<unknown, boolean>>(members);
  const properties = all.map(([name, { shape, says }]) => [
    name,
    { description: says, ...shape.schema },
  ]);
  const needed = all.filter(([, member]) => member.required).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(needed.length > 0 && { required: needed }),
  };
}

/** The names of an object's members, or `undefined` after having said that it is none. */
export function readNames(place: Place, maxMembers: number): readonly string[] | undefined {
  const { value } = place;
  if (!isJsonObject(value)) {
    return refuse(place, `is ${describe(value)}, not a group of members`, membersAdvice);
  }
  const names = Object.keys(value);
  if (names.length <= maxMembers) return names;
  return refuse(place, `has ${names.length} members, ${maxMembers} are allowed`, fewer);
}

const membersAdvice = 'Write members: `{ name: value }`, or lines of `name: value`.';

/** Says what is wrong with a value. Gives `undefined`, so that a reader can end with it. */
export function refuse(place: Place, complaint: string, advice?: Remark['advice']): undefined {
  report(place, {
    code: 'CONFIG_VALUE_INVALID',
    summary: `${place.subject}: ${complaint}`,
    advice,
  });
  return undefined;
}

function refuseName(place: Place, name: string, known: readonly string[]): undefined {
  report(memberOf(place, name), {
    code: 'CONFIG_MEMBER_UNKNOWN',
    summary: `${place.subject}: knows no member ${quote(name)}`,
    advice: () => adviseName(name, known),
  });
  return undefined;
}

/** What kind of value it is, never the value: it may be a secret in the wrong place. */
function describe(value: Json | undefined): string {
  if (value === undefined || value === null) return 'empty';
  if (isJsonList(value)) return 'a list';
  if (typeof value === 'object') return 'a group of members';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'string' ? 'a text' : 'a number';
}
