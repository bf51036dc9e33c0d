/** Values changed in one place, without touching those that were given. */
import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

/** Members by name, items by position. */
export type ValuePath = readonly (string | number)[];

/** `undefined` where nothing is. */
export function valueAt(value: Json | undefined, path: ValuePath): Json | undefined {
  return path.reduce<Json | undefined>(childOf, value);
}

/** The same value with another one at `path`; `undefined` removes what is there. */
export function setValue(value: Json | undefined, path: ValuePath, to: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return to ?? null;
  const isLeft = rest.length === 0 && to === undefined;
  const child = isLeft ? undefined : setValue(childOf(value, step), rest, to);
  return typeof step === 'number' ? setItem(value, step, child) : setMember(value, step, child);
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === 'number') return isJsonList(value) ? value[step] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function setItem(list: Json | undefined, index: number, item: Json | undefined): Json {
  const items = isJsonList(list) ? list : [];
  const put = item === undefined ? [] : [item];
  return [...items.slice(0, index), ...put, ...items.slice(index + 1)];
}

function setMember(object: Json | undefined, name: string, member: Json | undefined): Json {
  const members = isJsonObject(object) ? Object.entries(object) : [];
  const others = members.filter(([one]) => one !== name);
  return Object.fromEntries(member === undefined ? others : [...others, [name, member]]);
}
