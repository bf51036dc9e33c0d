/** A document as indented JSON. Integers beyond 2^53 keep all of their digits. */
export function toJson(document: unknown): string {
  const text = JSON.stringify(document, exactDigits, 2);
  return `${text}\n`;
}

/** The same on one line. */
export function toJsonLine(document: unknown): string {
  return `${JSON.stringify(document, exactDigits)}\n`;
}

function exactDigits(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value;
}
