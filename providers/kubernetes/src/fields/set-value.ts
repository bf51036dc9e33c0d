import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';
import type { ElementPath } from '@trueup/structured-merge/fields';

import { isItem } from './field-owners.ts';

/** The object with another value at a path that it has; without it when `value` is `undefined`. */
export function setValue(body: JsonObject, path: ElementPath, value: Json | undefined): JsonObject {
  const changed = setAt(body, path, value);
  return isJsonObject(changed) ? changed : body;
}

function setAt(within: Json, path: ElementPath, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isJsonObject(within)) {
    const entries = Object.entries(within).flatMap(([name, member]): [string, Json][] => {
      if (`f:${name}` !== step) return [[name, member]];
      const changed = setAt(member, rest, value);
      return changed === undefined ? [] : [[name, changed]];
    });
    return Object.fromEntries(entries);
  }
  if (!isJsonList(within)) return within;
  return within.flatMap((item): Json[] => {
    if (!isItem(item, step)) return [item];
    const changed = setAt(item, rest, value);
    return changed === undefined ? [] : [changed];
  });
}
