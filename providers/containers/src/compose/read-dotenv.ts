import { interpolate, type Lookup } from './interpolate.ts';

/**
 * Reads a file of variables as compose does: `NAME=value`, quotes, `export`, comments, variables in
 * all but single quotes. A name alone stands for the value that `lookup` has for it, if any.
 * `raw` takes every value as it stands. The numbers of lines that are none of this come along.
 */
export function readDotenv(
  text: string,
  lookup: Lookup,
  { raw = false }: { readonly raw?: boolean } = {},
): { readonly values: ReadonlyMap<string, string>; readonly badLines: readonly number[] } {
  const values = new Map<string, string>();
  const badLines: number[] = [];
  const find: Lookup = (name) => lookup(name) ?? values.get(name);
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const pattern = raw ? rawPattern : entryPattern;
  for (const [index, line] of joinQuoted(source, raw)) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const parts = pattern.exec(line)?.groups;
    if (!parts) {
      badLines.push(index);
      continue;
    }
    const name = parts['name'] ?? '';
    const value = raw ? parts['plain'] : (readValue(parts, find) ?? lookup(name));
    if (value !== undefined) values.set(name, value);
  }
  return { values, badLines };
}

/** `undefined` for a name alone. */
function readValue(
  { single, double, plain }: Readonly<Record<string, string | undefined>>,
  find: Lookup,
): string | undefined {
  if (single !== undefined) return single;
  if (double !== undefined) return interpolate(withoutEscapes(double), find).text;
  return plain === undefined ? undefined : interpolate(plain.trim(), find).text;
}

const rawPattern = /^(?<name>[A-Za-z_][\w.-]*)=(?<plain>.*)$/s;
const entryPattern =
  /^\s*(?:export\s+)?(?<name>[A-Za-z_][\w.-]*)\s*(?:[=:]\s*(?:'(?<single>[^']*)'\s*(?:#.*)?|"(?<double>(?:[^"\\]|\\.)*)"\s*(?:#.*)?|(?<plain>(?!['"])(?:(?!\s#)[^\n])*)(?:\s#.*)?))?\s*$/s;

/** A quoted value may go on over several lines. */
function joinQuoted(text: string, raw: boolean): readonly (readonly [number, string])[] {
  const lines = text.split('\n');
  if (raw) return lines.map((line, index) => [index + 1, line]);
  const joined: [number, string][] = [];
  for (let index = 0; index < lines.length; index += 1) {
    let line = lines[index] ?? '';
    const begin = index;
    while (isOpen(line) && index + 1 < lines.length) {
      index += 1;
      line += `\n${lines[index]}`;
    }
    joined.push([begin + 1, line]);
  }
  return joined;
}

function isOpen(line: string): boolean {
  const value = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*[=:]\s*(?<rest>['"].*)$/s.exec(line)?.groups;
  const rest = value?.['rest'];
  if (rest === undefined) return false;
  return rest.startsWith("'") ? !/^'[^']*'/.test(rest) : !/^"(?:[^"\\]|\\.)*"/s.test(rest);
}

function withoutEscapes(text: string): string {
  return text.replaceAll(/\\([nrt"\\$])/g, (_all, char: string) => escapes[char] ?? `\\${char}`);
}

/** An escaped dollar is one that begins no variable. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  $: '$$',
};
