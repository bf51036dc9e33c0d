import {
  type FieldPath,
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type ListKey,
} from '@trueup/diagnostics';

/**
 * A copy of a body with another value at a path, or without one. An item that a list key names and
 * nobody has is added at the end; what lies in the way and is no object or list is replaced.
 */
export function setField(body: Json | undefined, path: FieldPath, value: Json | undefined): Json {
  return setAt(body, path, value) ?? {};
}

function setAt(at: Json | undefined, path: FieldPath, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'string') return setMember(at, step, (inner) => setAt(inner, rest, value));
  return setItem(at, step, (inner) => setAt(inner, rest, value));
}

type Change = (inner: Json | undefined) => Json | undefined;

function setMember(at: Json | undefined, name: string, change: Change): JsonObject {
  const object: JsonObject = isJsonObject(at) ? at : {};
  const before = Object.hasOwn(object, name) ? object[name] : undefined;
  const after = change(before);
  const members = Object.entries(object);
  if (before === undefined)
    return after === undefined ? object : fromEntries([...members, [name, after]]);
  return fromEntries(
    members.flatMap(([member, inner]): readonly (readonly [string, Json])[] => {
      if (member !== name) return [[member, inner]];
      return after === undefined ? [] : [[member, after]];
    }),
  );
}

function setItem(at: Json | undefined, key: ListKey, change: Change): readonly Json[] {
  const items: readonly Json[] = isJsonList(at) ? at : [];
  const index = items.findIndex(
    (item) =>
      isJsonObject(item) && Object.entries(key).every(([name, value]) => item[name] === value),
  );
  const after = change(index < 0 ? { ...key } : items[index]);
  if (after === undefined) return items.toSpliced(index, index < 0 ? 0 : 1);
  // All that is left of an item that goes is what it was named by.
  if (isJsonObject(after) && Object.keys(after).length === 0) return items.toSpliced(index, 1);
  return index < 0 ? [...items, after] : items.with(index, after);
}

function fromEntries(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}
