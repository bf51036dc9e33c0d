/**
 * Amounts as Kubernetes writes them (`500m`, `1Gi`, `12e6`), read exactly and printed as Go prints
 * them, since the API server stores what Go prints.
 *
 * Go keeps a text that is canonical already, and decides that by a rule of thumb, so `1.500` stays
 * while `1.50` becomes `1500m`. That is repeated here, and so is that an amount too large for any
 * suffix is printed without one.
 */
import type { Json } from '@trueup/diagnostics';

import { formatGoJson } from '../values/go-json.ts';

export type QuantityFormat = 'binary-si' | 'decimal-si' | 'decimal-exponent';

export interface Quantity {
  /** The amount is `digits` times ten to the power of `scale`. */
  readonly digits: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** The text that was read, where Go prints it again. */
  readonly kept?: string;
}

/** `undefined` when Go would not read it, or it is absurdly long. Amounts below a billionth are rounded away from zero. */
export function parseQuantity(text: string): Quantity | undefined {
  const [, sign, whole, fraction = '', suffix = ''] = pattern.exec(text) ?? [];
  if (whole === undefined || text === '' || text.length > lengthLimit) return undefined;
  const meaning = readSuffix(suffix);
  if (!meaning) return undefined;

  // Go counts digits without leading zeros, but keeps one of them.
  const significant = whole.replace(/^0+/, '') || '0';
  const written: Written = { text, significant, fraction, ...meaning };
  const short = readShort(written);
  // A bare suffix is zero to Go, unless it has to be read the long way.
  if (!short && whole === '' && fraction === '') return undefined;
  const amount = short ?? readLong(written);
  return sign === '-' ? negate(amount) : amount;
}

const pattern = /^([+-]?)(\d*)\.?(\d*)([eEinumkKMGTP]*[+-]?\d*)$/;

/** Nobody writes more; reading digits without end would take time without end. */
const lengthLimit = 200;

interface Meaning {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

interface Written extends Meaning {
  readonly text: string;
  readonly significant: string;
  readonly fraction: string;
}

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const binarySuffixes: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);

function readSuffix(suffix: string): Meaning | undefined {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'decimal-si' };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'binary-si' };
  if (!/^[eE][+-]?\d+$/.test(suffix)) return undefined;
  const exponent = BigInt(suffix.slice(1).replace('+', ''));
  if (BigInt.asIntN(64, exponent) !== exponent) return undefined;
  // Go cuts it to 32 bits without a word.
  const cut = Number(BigInt.asIntN(32, exponent));
  return { base: 10, exponent: cut, format: 'decimal-exponent' };
}

/** What fits 64 bits with digits to spare. The one case in which Go keeps the text. */
function readShort(written: Written): Quantity | undefined {
  const { significant, fraction, base, exponent, format, text } = written;
  const length = significant.length + fraction.length;
  if (base === 2) {
    // The order of the roundings is Go's; it decides which amounts are read the long way.
    const precision =
      15 - significant.length - Math.floor(Math.fround(Math.fround(exponent * 3) / 10)) - 1;
    if (fraction !== '' || precision < 0) return undefined;
    const value = BigInt(significant);
    const digits = value << BigInt(exponent);
    if (digits > largest) return undefined;
    const isKept = (value & 7n) !== 0n;
    return { digits, scale: 0, format, ...(isKept && { kept: text }) };
  }
  const scale = exponent - fraction.length;
  if (length > 18 || scale < smallestScale) return undefined;
  const digits = significant + fraction;
  const isKept = scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return { digits: BigInt(digits), scale, format, ...(isKept && { kept: text }) };
}

const smallestScale = -9;
const largest = 2n ** 63n - 1n;

function readLong({ significant, fraction, base, exponent, format }: Written): Quantity {
  const unscaled = BigInt(significant + fraction);
  const amount = roundUp({
    digits: base === 2 ? unscaled << BigInt(exponent) : unscaled,
    scale: (base === 2 ? 0 : exponent) - fraction.length,
    format,
  });
  if (format !== 'binary-si') return amount;
  if (compareQuantities(amount, { digits: largest, scale: 0, format }) > 0) {
    return { digits: largest, scale: 0, format };
  }
  const isBelowOne = amount.digits > 0n && compareQuantities(amount, one) < 0;
  return isBelowOne ? { ...amount, format: 'decimal-si' } : amount;
}

const one: Quantity = { digits: 1n, scale: 0, format: 'decimal-si' };

/** To a billionth, away from zero: who asks for something gets something. */
function roundUp(amount: Quantity): Quantity {
  const { digits, scale } = amount;
  const excess = smallestScale - scale;
  if (excess <= 0 || digits === 0n) return amount;
  // Whatever is smaller than the smallest amount is that amount; no need for its power of ten.
  if (excess > digits.toString().length) return { ...amount, digits: 1n, scale: smallestScale };
  const divisor = 10n ** BigInt(excess);
  const rest = digits % divisor === 0n ? 0n : 1n;
  return { ...amount, digits: digits / divisor + rest, scale: smallestScale };
}

function negate(amount: Quantity): Quantity {
  return { ...amount, digits: -amount.digits };
}

/** Negative, zero or positive, as with numbers; exact. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const sign = signOf(a.digits) - signOf(b.digits);
  if (sign !== 0 || a.digits === 0n) return sign;
  const magnitude = (magnitudeOf(a) - magnitudeOf(b)) * signOf(a.digits);
  if (magnitude !== 0) return magnitude;
  // Of the same magnitude, so the difference of scales is bounded by the number of digits.
  const scale = Math.min(a.scale, b.scale);
  const left = a.digits * 10n ** BigInt(a.scale - scale);
  const right = b.digits * 10n ** BigInt(b.scale - scale);
  return left < right ? -1 : Number(left > right);
}

function signOf(digits: bigint): number {
  return digits < 0n ? -1 : Number(digits > 0n);
}

/** How many digits stand before the point. */
function magnitudeOf({ digits, scale }: Quantity): number {
  return (digits < 0n ? -digits : digits).toString().length + scale;
}

/** The text that Go prints, and the API server stores. */
export function formatQuantity(amount: Quantity): string {
  if (amount.digits === 0n) return '0';
  if (amount.kept !== undefined) return amount.kept;
  const whole = amount.format === 'binary-si' ? wholeOf(amount) : undefined;
  return whole === undefined ? formatDecimal(amount) : formatBinary(whole);
}

/** Binary suffixes are for whole amounts of a Ki at least; all else is printed in decimals. */
function wholeOf({ digits, scale }: Quantity): bigint | undefined {
  const whole = scale >= 0 ? digits * 10n ** BigInt(scale) : digits / 10n ** BigInt(-scale);
  const isExact = scale >= 0 || digits % 10n ** BigInt(-scale) === 0n;
  const isLarge = whole <= -1024n || whole >= 1024n;
  return isExact && isLarge ? whole : undefined;
}

function formatBinary(whole: bigint): string {
  let rest = whole;
  let exponent = 0;
  while (rest % 1024n === 0n) {
    rest /= 1024n;
    exponent += 10;
  }
  return `${rest}${suffixFor(binarySuffixes, exponent)}`;
}

function formatDecimal({ digits, scale, format }: Quantity): string {
  let rest = digits;
  let exponent = scale;
  while (rest % 10n === 0n) {
    rest /= 10n;
    exponent += 1;
  }
  while (exponent % 3 !== 0) {
    rest *= 10n;
    exponent -= 1;
  }
  if (format === 'decimal-exponent') return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
  return `${rest}${suffixFor(decimalSuffixes, exponent)}`;
}

function suffixFor(suffixes: ReadonlyMap<string, number>, exponent: number): string {
  for (const [suffix, meant] of suffixes) if (meant === exponent) return suffix;
  return '';
}

/** What the API server stores for a value of a quantity's field; `undefined` if it takes it not. */
export function canonicalQuantity(value: Json): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
    return undefined;
  }
  const amount = parseQuantity(typeof value === 'string' ? value.trim() : formatGoJson(value));
  return amount && formatQuantity(amount);
}
