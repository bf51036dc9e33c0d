/** Times as the API server stores them: RFC 3339 in UTC, to the second or the microsecond. */

/** `undefined` when the text is no time. */
export function canonicalTime(
  text: string,
  precision: 'second' | 'microsecond',
): string | undefined {
  const [, day, clock, fraction = '', offset] = pattern.exec(text) ?? [];
  if (day === undefined || clock === undefined || offset === undefined) return undefined;
  const at = Date.parse(`${day}T${clock}${offset.toUpperCase()}`);
  if (Number.isNaN(at)) return undefined;
  const seconds = new Date(at).toISOString().slice(0, 19);
  if (precision === 'second') return `${seconds}Z`;
  return `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

const pattern = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;
