/** Members of foreign objects: what has another form reads as absent. */
import { isJsonList, isJsonObject, type Json, type JsonObject } from '@trueup/diagnostics';

/** Own members only: `__proto__` is an ordinary name in somebody's YAML. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}

export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

export function entriesOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** `{ input: NAME }`, and nothing beside it. */
export function inputOf(value: unknown): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  return textOf(own(value, 'input'));
}
