const smallestInteger = -(2n ** 63n);
const largestInteger = 2n ** 64n - 1n;

/** Integers of 64 bits as digits; everything else as Go's `%g` writes a float. */
export function formatNumber(value: number | bigint): string {
  if (typeof value === 'bigint') {
    const fits = value >= smallestInteger && value <= largestInteger;
    return fits ? String(value) : formatFloat(Number(value));
  }
  if (Number.isSafeInteger(value)) return String(value + 0);
  return isWrittenOut(value) ? formatNumber(BigInt(String(value))) : formatFloat(value);
}

/** What JSON writes without an exponent is an integer again once it is read. */
function isWrittenOut(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 1e21;
}

function formatFloat(value: number): string {
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= smallestPlain && exponent <= largestPlain) return String(value);

  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}

/** Exponents that Go writes out for the shortest form of a float. */
const smallestPlain = -4;
const largestPlain = 5;
