/** The text of a value as it stands in a file that somebody else wrote: in the style of what was there. */
import { formatJson, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';

import { formatYaml } from '../format-yaml.ts';
import { writeText } from '../print/write-text.ts';

/** How the value before was written; `undefined` where there was none. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | undefined;

/** On one line, for within brackets, and for files that are JSON. Every reader of YAML takes it, too. */
export function writeInLine(value: Json): string {
  return formatJson(value).replaceAll(unsafe, escapeUnit);
}

/** What readers disagree about, or refuse, where it is not escaped. */
const unsafe = /[\u007f-\u009f\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

function escapeUnit(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A value that is no object and no list, behind a key or a dash, on one line. */
export function writeScalar(value: Json, style: ScalarStyle): string {
  if (typeof value !== 'string') return formatYaml(value).trimEnd();
  if (style === 'double') return writeInLine(value);
  const written = writeText(value, { indent: 0, column: 0, isKey: true });
  if (style === 'single' && written === value) return `'${value.replaceAll("'", "''")}'`;
  return written.startsWith('"') ? writeInLine(value) : written;
}

/** Lines of literal text with its header; `undefined` for text that cannot be written so. */
export function writeLiteral(text: string, indent: number): string | undefined {
  if (!text.includes('\n')) return undefined;
  const lines = writeText(text, { indent, column: 0, isKey: false });
  return lines.startsWith('|') ? lines : undefined;
}

/** Lines of an object or a list that is not empty, each behind so many blanks; ends with a break. */
export function writeBlock(value: Json, indent: number): string {
  return formatYaml(value).replaceAll(/^(?=[^\n])/gm, ' '.repeat(indent));
}

/** True for what needs lines of its own behind a key. */
export function isBlock(value: Json): boolean {
  if (isJsonList(value)) return value.length > 0;
  return isJsonObject(value) && Object.keys(value).length > 0;
}

/** A name in front of its colon. */
export function writeKey(name: string, inLine: boolean): string {
  const isSimple = /^[A-Za-z_][\w./-]*$/.test(name);
  const written = writeText(name, { indent: 0, column: 0, isKey: true });
  if (inLine && !(isSimple && written === name)) return writeInLine(name);
  return written.startsWith('"') ? writeInLine(name) : written;
}
