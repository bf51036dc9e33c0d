/**
 * JSON without losing digits: an integer beyond 2^53 is a `bigint` in memory.
 *
 * The plain parser is ten times faster than one with a reviver, so the slow way is only taken for
 * texts in which such an integer may stand.
 */
import { formatJson, type Json } from '@trueup/diagnostics';

/** @throws SyntaxError when the text is no JSON. */
export function parseExactJson(text: string): Json {
  return mayHoldBigInteger.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

export function formatExactJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    // A `bigint`, which `JSON.stringify` refuses.
    return formatJson(value);
  }
}

/** 2^53 has 16 digits. A false alarm costs time only. */
const mayHoldBigInteger = /\d{16}/;

interface SourceText {
  readonly source?: string;
}

/** The numbers of a text go by the parser's rounding, unless their source says something else. */
function keepDigits(_name: string, value: unknown, context?: SourceText): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
