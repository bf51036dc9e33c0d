/**
 * JSON that keeps integers to the last digit: those beyond 2^53 are `bigint` in memory. Plain
 * `JSON.parse` and `JSON.stringify` do the work wherever no such number can occur.
 */

import type { Json } from '@trueup/diagnostics';

/** @throws SyntaxError when the text is not JSON. */
export function parseJson(text: string): Json {
  // A number comes after a mark, so that long digits within names do not count.
  if (!/[[:,\s]-?\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

export function writeJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Plain stringification refuses bigint; asking first would cost a walk of every object.
    return JSON.stringify(value, writeDigits);
  }
}

function keepDigits(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function writeDigits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value;
}

declare global {
  interface JSON {
    /** In Node 24, not yet in TypeScript's library. */
    rawJSON(text: string): unknown;
  }
}
