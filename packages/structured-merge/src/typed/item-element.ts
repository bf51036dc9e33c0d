import { isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { type ElementText, formatKeyElement, formatValueElement } from '../fields/path-element.ts';
import type { ListSchema } from '../schema/type-schema.ts';
import { memberOf } from './shape.ts';

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

/** An absent key counts with its default; one without a default does not count at all. */
function keyedElement(list: ListSchema, item: Json): ElementText | NoElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isJsonObject(item)) {
    return { problem: 'associative list with keys may not have non-map elements' };
  }
  const members: (readonly [string, Json])[] = [];
  for (const name of list.keys) {
    const value = memberOf(item, name) ?? list.element.map?.fields.get(name)?.default;
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
