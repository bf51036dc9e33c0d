import { isJsonObject, type Json, readField } from '@trueup/diagnostics';

/** A text that says something: what is empty reads as absent. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function entriesOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** `{ input: NAME }`, and nothing beside it. */
export function inputOf(value: unknown): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  return textOf(readField(value, 'input'));
}
