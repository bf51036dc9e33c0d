/**
 * Decides what a plain scalar means: what kubectl's YAML library (go-yaml 2) makes of it, since that
 * is what people see applied. It is neither YAML 1.1 nor 1.2: `yes` is true and `0777` octal, but
 * `1:30` and dates stay text, and `1e400` is text because no float holds it.
 *
 * Integers that JSON writes as more than 2^53 are `bigint`. Kubernetes itself keeps 64 bits and
 * turns anything larger into a float, so beyond that the digits are those of the nearest float, as
 * the API server writes them.
 */

const nulls: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...spellings(['y', 'yes', 'on', 'true'], true),
  ...spellings(['n', 'no', 'off', 'false'], false),
]);

const specialFloats: ReadonlyMap<string, number> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((text): [string, number] => [text, Number.NaN]),
  ...['.inf', '.Inf', '.INF'].flatMap((text): [string, number][] => [
    [text, Number.POSITIVE_INFINITY],
    [`+${text}`, Number.POSITIVE_INFINITY],
    [`-${text}`, Number.NEGATIVE_INFINITY],
  ]),
]);

const integerPattern =
  /^(?<sign>[-+]?)(?:0[xX](?<hex>[\da-fA-F]+)|0[bB](?<binary>[01]+)|0[oO]?(?<octal>[0-7]+)|(?<decimal>0|[1-9]\d*))$/;
const floatPattern = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

const largestInt64 = 2n ** 63n - 1n;
const smallestInt64 = -(2n ** 63n);
const largestUint64 = 2n ** 64n - 1n;
/** From here on Go writes floats with an exponent. */
const firstExponent = 1e21;

export function isNullText(text: string): boolean {
  return nulls.has(text);
}

/** `undefined` when the text is no boolean. */
export function parseBoolean(text: string): boolean | undefined {
  return booleans.get(text);
}

/** `undefined` when the text is no integer of at most 64 bits; larger ones are floats or text. */
export function parseInteger(text: string): number | bigint | undefined {
  if (!startsNumber(text)) return undefined;
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  const groups = integerPattern.exec(text.replaceAll('_', ''))?.groups;
  if (!groups) return undefined;

  const magnitude = BigInt(toLiteral(groups));
  const value = groups['sign'] === '-' ? -magnitude : magnitude;
  if (value < smallestInt64 || value > largestUint64) return undefined;
  return value > largestInt64 ? toExact(Number(value)) : toExact(value);
}

/** `undefined` when the text is no float, or one beyond the range of 64 bits. Infinite only by name. */
export function parseFloat64(text: string): number | bigint | undefined {
  if (!startsNumber(text)) return undefined;
  const special = specialFloats.get(text);
  if (special !== undefined) return special;
  // Behind a leading point an underscore must separate digits; elsewhere it may stand anywhere.
  if (text.startsWith('.') && /(?<!\d)_|_(?!\d)/.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  if (!floatPattern.test(digits)) return undefined;

  const value = Number(digits);
  return Number.isFinite(value) ? toExact(value) : undefined;
}

/** What a plain scalar stands for; the text itself where it stands for nothing else. */
export function resolveScalar(text: string): null | boolean | number | bigint | string {
  if (nulls.has(text)) return null;
  return parseBoolean(text) ?? parseInteger(text) ?? parseFloat64(text) ?? text;
}

/** One value in memory for each number that JSON can write, `-0` being `0`. */
function toExact(value: number | bigint): number | bigint {
  if (typeof value === 'bigint') {
    const rounded = Number(value);
    return Number.isSafeInteger(rounded) ? rounded : value;
  }
  const isLongInteger =
    Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < firstExponent;
  return isLongInteger ? BigInt(String(value)) : value + 0;
}

function startsNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || first === 0x2d || first === 0x2b || first === 0x2e;
}

function toLiteral({ hex, binary, octal, decimal = '0' }: Record<string, string | undefined>) {
  if (hex !== undefined) return `0x${hex}`;
  if (binary !== undefined) return `0b${binary}`;
  return octal === undefined ? decimal : `0o${octal}`;
}

function spellings(words: readonly string[], value: boolean): readonly [string, boolean][] {
  return words.flatMap((word) =>
    [word, word.toUpperCase(), `${word.charAt(0).toUpperCase()}${word.slice(1)}`].map(
      (text): [string, boolean] => [text, value],
    ),
  );
}
