/** JSON as it crosses the wire: integers beyond 2^53 are digits there and `bigint` in memory. */

/** Members that are `undefined` are left out. */
export function formatWire(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // It holds a `bigint`, which is rare: the function that writes it costs several times as much.
    return JSON.stringify(value, (_name, member: unknown) =>
      typeof member === 'bigint' ? JSON.rawJSON(member.toString()) : member,
    );
  }
}

/** Undoes {@link formatWire}. @throws SyntaxError when the text is no JSON. */
export function parseWire(text: string): unknown {
  return largeInteger.test(text) ? JSON.parse(text, readExactly) : JSON.parse(text);
}

/** What may be an integer beyond 2^53: all others have fewer digits. Ids and digests stand in quotes. */
const largeInteger = /(?:^|[:,[])\s*-?\d{16}/;

function readExactly(_name: string, value: unknown, context?: { readonly source?: string }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const { source = '' } = context ?? {};
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
