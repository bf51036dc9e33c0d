import { formatJson, type Json } from '@trueup/diagnostics';

/** A value as one reads it: texts bare where nothing is ambiguous, everything else as JSON. */
export function formatValue(value: Json): string {
  if (typeof value !== 'string') return formatJson(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Would not be read as another type, and has its ends where one sees them. */
function isPlain(text: string): boolean {
  if (text === '' || text.trim() !== text) return false;
  return !/^(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[[{"].*)$/is.test(text);
}

/** Texts with several lines are compared line by line. */
export function isLong(value: Json | undefined): value is string {
  return typeof value === 'string' && value.includes('\n');
}
