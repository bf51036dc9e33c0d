import type { Json } from '@trueup/diagnostics';

/** What Helm reads where it expects text: a number is one, and anything else is empty. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? JSON.stringify(value) : '';
}
