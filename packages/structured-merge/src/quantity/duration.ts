/** Durations as Go writes them: `1m30s`, `1.5h`, `300ms`. */

/** In nanoseconds; `undefined` when Go would not read it. */
export function parseDuration(text: string): bigint | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0n;
  if (text.length > lengthLimit || !whole.test(rest)) return undefined;
  let total = 0n;
  for (const [, before = '', after = '', unit = ''] of rest.matchAll(part)) {
    if (before === '' && after === '') return undefined;
    const nanoseconds = units.get(unit) ?? 0n;
    total += BigInt(before || '0') * nanoseconds + fractionOf(after, nanoseconds);
  }
  const signed = sign === '-' ? -total : total;
  return BigInt.asIntN(64, signed) === signed ? signed : undefined;
}

/** Nobody writes more; reading digits without end would take time without end. */
const lengthLimit = 200;

const whole = /^(?:\d*\.?\d*(?:ns|us|µs|μs|ms|s|m|h))+$/;
const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** In floating point, as Go has it, so with its errors; digits beyond 64 bits do not count. */
function fractionOf(digits: string, unit: bigint): bigint {
  let length = digits.length;
  while (length > 18 && BigInt(digits.slice(0, length)) > largestFraction) length -= 1;
  const value = Number(BigInt(digits.slice(0, length) || '0'));
  return BigInt(Math.trunc(value * (Number(unit) / 10 ** length)));
}

const largestFraction = 2n ** 63n;

/** The text that Go prints, and the API server stores. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (length < 1_000n) return `${sign}${length}ns`;
  if (length < 1_000_000n) return `${sign}${decimal(length, 1_000n)}µs`;
  if (length < 1_000_000_000n) return `${sign}${decimal(length, 1_000_000n)}ms`;
  const seconds = decimal(length % 60_000_000_000n, 1_000_000_000n);
  const minutes = length / 60_000_000_000n;
  if (minutes === 0n) return `${sign}${seconds}s`;
  const hours = minutes / 60n;
  const text = `${minutes % 60n}m${seconds}s`;
  return hours === 0n ? `${sign}${text}` : `${sign}${hours}h${text}`;
}

function decimal(value: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1;
  const fraction = (value % unit).toString().padStart(digits, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`;
}
