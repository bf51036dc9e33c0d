import { isJsonList, type Json } from '@trueup/diagnostics';

/** Whether the value, or anything in it, is a list without items or a map without members. */
export function hasEmptyPart(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts = Object.values(value);
  return parts.length === 0 || parts.some(hasEmptyPart);
}

export function hasEmptyList(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts = Object.values(value);
  return (isJsonList(value) && parts.length === 0) || parts.some(hasEmptyList);
}
