/** Places in a body, and bodies with something else at a place. Lists count their items. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

export type BodyPath = readonly (string | number)[];

/** All places below the body, in an order that does not depend on that of members. */
export function listPlaces(value: Json, path: BodyPath = []): readonly BodyPath[] {
  const steps: readonly (readonly [string | number, Json])[] = isJsonList(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(isJsonObject(value) ? value : {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return steps.flatMap(([step, below]) => [[...path, step], ...listPlaces(below, [...path, step])]);
}

export function valueIn(value: Json | undefined, path: BodyPath): Json | undefined {
  let at = value;
  for (const step of path) {
    if (isJsonList(at ?? null)) at = (at as readonly Json[])[Number(step)];
    else at = isJsonObject(at ?? null) ? (at as JsonObject)[step] : undefined;
  }
  return at;
}

/** `undefined` takes the place away. Where the place's parent is missing, nothing changes. */
export function withValue(body: JsonObject, path: BodyPath, value: Json | undefined): JsonObject {
  const changed = changeAt(body, path, value);
  return isJsonObject(changed ?? null) ? (changed as JsonObject) : body;
}

function changeAt(within: Json, path: BodyPath, value: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isJsonList(within)) {
    const index = Number(step);
    const items = index === within.length ? [...within, null] : within;
    return items.flatMap((item, at) => {
      const changed = at === index ? changeAt(item, rest, value) : item;
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isJsonObject(within)) return within;
  const below = changeAt(within[step] ?? (rest.length > 0 ? {} : null), rest, value);
  const { [step]: _old, ...others } = within;
  return below === undefined ? others : { ...others, [step]: below };
}
