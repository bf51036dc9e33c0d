/**
 * Quantities of Kubernetes (`500m`, `1Gi`, `1e3`) in the one form in which the server writes them:
 * the smallest mantissa without fraction, in the family of suffixes in which it was written.
 */

const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,3})?$/;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalSuffixes: readonly (readonly [number, string])[] = [
  [18, 'E'],
  [15, 'P'],
  [12, 'T'],
  [9, 'G'],
  [6, 'M'],
  [3, 'k'],
  [0, ''],
  [-3, 'm'],
  [-6, 'u'],
  [-9, 'n'],
];
/** Digits kept behind the point: Kubernetes rounds up to nano. */
const scale = 9;
const nano = 10n ** BigInt(scale);

/** In thousand-millionths, exact. `undefined` when the text is no quantity. */
export function parseQuantity(text: string): bigint | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  const mantissa = BigInt(`${whole}${fraction}` || '0');
  const { power, binary } = suffixOf(suffix);
  const exponent = power - fraction.length + scale;
  const factor = 1024n ** BigInt(binary);
  const value = shift(mantissa * factor, exponent);
  return sign === '-' ? -value : value;
}

/** @returns the text as the server would write it back, `undefined` when it is no quantity. */
export function normaliseQuantity(text: string): string | undefined {
  const value = parseQuantity(text);
  if (value === undefined) return undefined;
  const suffix = pattern.exec(text.trim())?.[3] ?? '';
  if (suffix.endsWith('i')) return formatBinary(value);
  return /^[eE]/.test(suffix) && suffix.length > 1 ? formatExponent(value) : formatDecimal(value);
}

/** The sum, in the family of suffixes of `b`. What is no quantity counts as nothing. */
export function addQuantities(a: string, b: string): string {
  const sum = (parseQuantity(a) ?? 0n) + (parseQuantity(b) ?? 0n);
  return b.endsWith('i') ? formatBinary(sum) : formatDecimal(sum);
}

function suffixOf(suffix: string): { readonly power: number; readonly binary: number } {
  if (suffix.endsWith('i')) return { power: 0, binary: binarySuffixes.indexOf(suffix) };
  if (/^[eE][+-]?\d/.test(suffix)) return { power: Number(suffix.slice(1)), binary: 0 };
  return { power: decimalSuffixes.find(([, name]) => name === suffix)?.[0] ?? 0, binary: 0 };
}

/** Rounds away from zero, as the server does for what is smaller than nano. */
function shift(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return value / divisor + (value % divisor === 0n ? 0n : 1n);
}

function formatBinary(value: bigint): string {
  // What is below 1024 or has a fraction has no binary form.
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1024n * nano || value % nano !== 0n) return formatDecimal(value);
  let mantissa = value / nano;
  let index = 0;
  while (index < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    index += 1;
  }
  return `${mantissa}${binarySuffixes[index]}`;
}

function formatDecimal(value: bigint): string {
  const [mantissa, suffix] = decimalForm(value);
  return `${mantissa}${suffix[1]}`;
}

function formatExponent(value: bigint): string {
  const [mantissa, suffix] = decimalForm(value);
  return suffix[0] === 0 ? `${mantissa}` : `${mantissa}e${suffix[0]}`;
}

function decimalForm(value: bigint): readonly [bigint, readonly [number, string]] {
  if (value === 0n) return [0n, [0, '']];
  for (const suffix of decimalSuffixes) {
    const unit = 10n ** BigInt(suffix[0] + scale);
    if (value % unit === 0n) return [value / unit, suffix];
  }
  return [value, [-9, 'n']];
}
