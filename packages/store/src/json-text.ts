import { StalledError } from '@trueup/diagnostics';

/**
 * A record as it is stored. Members that are `undefined` are left out; integers beyond 2^53 are
 * written to the last digit.
 */
export function toJsonText(record: object): string {
  try {
    return JSON.stringify(record);
  } catch {
    // It holds a `bigint`, which is rare: the function that writes it costs several times as much.
    return JSON.stringify(record, (_name, value: unknown) =>
      typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value,
    );
  }
}

/**
 * Undoes {@link toJsonText}. What the store wrote itself has the type that it was written with.
 *
 * @throws StalledError `STORE_UNREADABLE` when the text is no JSON, so something else wrote it.
 */
export function parseJsonText<T>(text: string): T {
  const parsed = tryParse<T>(text);
  if (parsed) return parsed.value;
  throw new StalledError('STORE_UNREADABLE', 'A record of the store cannot be read');
}

function tryParse<T>(text: string): { readonly value: T } | undefined {
  try {
    return { value: largeInteger.test(text) ? JSON.parse(text, readExactly) : JSON.parse(text) };
  } catch {
    // The parser's message would repeat the text.
    return undefined;
  }
}

/** What may be an integer beyond 2^53: all others have fewer digits. Ids and digests stand in quotes. */
const largeInteger = /[:,[]-?\d{16}/;

function readExactly(
  _name: string,
  value: unknown,
  { source = '' }: { readonly source?: string } = {},
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
