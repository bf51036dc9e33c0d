/** JSON as Go writes it, and integers beyond 2^53 read to the last digit. */
import { isJsonList, type Json } from '@trueup/diagnostics';

/** Compact, members sorted, with the characters escaped that Go escapes for the sake of HTML. */
export function formatGoJson(value: Json): string {
  if (typeof value === 'string') return formatText(value);
  if (typeof value === 'bigint') return formatDigits(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonList(value)) return `[${value.map(formatGoJson).join(',')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${formatText(name)}:${formatGoJson(member)}`);
  return `{${members.join(',')}}`;
}

function formatDigits(value: bigint): string {
  return value.toString();
}

function formatText(text: string): string {
  const json = JSON.stringify(text);
  return unsafeForHtml.test(json) ? json.replaceAll(unsafeForHtmlAll, escapeUnit) : json;
}

const unsafeForHtml = /[<>&\u2028\u2029]/;
const unsafeForHtmlAll = /[<>&\u2028\u2029]/g;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `undefined` when the text is no JSON. */
export function parseExactJson(text: string): Json | undefined {
  try {
    return sixteenDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sixteenDigits = /\d{16}/;

function keepDigits(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source;
  const isLong = typeof value === 'number' && !Number.isSafeInteger(value);
  return isLong && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
