/** JSON without losing digits: an integer beyond 2^53 is a `bigint` in memory. */
import { formatJson, type Json } from '@trueup/diagnostics';

/** @throws SyntaxError when the text is no JSON. */
export function parseExactJson(text: string): Json {
  // A reviver takes ten times as long, and few texts hold such integers.
  return /\d{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

export function printExactJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // A `bigint`, which `JSON.stringify` refuses.
    return formatJson(value);
  }
}

function keepDigits(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
