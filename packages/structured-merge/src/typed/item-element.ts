import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

import { type ElementText, formatKeyElement, formatValueElement } from '../fields/path-element.ts';
import type { ListSchema } from '../schema/type-schema.ts';

/** Why nothing identifies an item. */
export interface NoElement {
  readonly problem: string;
}

/** What identifies an item of a `set` or `map` list among its siblings. */
export function itemElement(list: ListSchema, item: Json): ElementText | NoElement {
  return list.kind === 'map' ? keyedElement(list, item) : setElement(item);
}

export function isElement(element: ElementText | NoElement): element is ElementText {
  return typeof element === 'string';
}

/** Stands for all items that nothing identifies. No valid list has an item of this name. */
const namelessElement: ElementText = formatValueElement(null);

/** For values that removals have left behind: an item that has lost all its members is null. */
export function itemElementOrNameless(list: ListSchema, item: Json): ElementText {
  const element = itemElement(list, item);
  return isElement(element) ? element : namelessElement;
}

/** An absent key counts with its default; one without a default does not count at all. */
function keyedElement(list: ListSchema, item: Json): ElementText | NoElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) {
    return { problem: 'associative list with keys may not have non-map elements' };
  }
  const members: (readonly [string, Json])[] = [];
  for (const name of list.keys) {
    const value = keyOf(list, item, name);
    if (value !== undefined) members.push([name, value]);
  }
  if (members.length > 0) return formatKeyElement(members);
  const keys = list.keys.map((key) => JSON.stringify(key)).join(' ');
  return {
    problem:
      `associative list with keys has an element that omits all key fields [${keys}] ` +
      "(and doesn't have default values for any key fields)",
  };
}

/** An explicit null is a key like any other, not the absence of one. */
function keyOf(list: ListSchema, item: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(item, name)) return item[name];
  return list.element.map?.fields.get(name)?.default;
}

function setElement(item: Json): ElementText | NoElement {
  if (isJsonList(item)) {
    return { problem: 'not supported: associative list with lists as elements' };
  }
  if (isJsonObject(item)) {
    return { problem: "associative list without keys has an element that's a map type" };
  }
  if (item === null) {
    return { problem: "associative list without keys has an element that's an explicit null" };
  }
  return formatValueElement(item);
}
