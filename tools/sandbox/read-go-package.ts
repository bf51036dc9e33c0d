/**
 * Reads from Go sources what OpenAPI does not say: which members a Go server leaves out of its
 * answers when they hold their zero value, and which it writes as `null` when they are absent.
 *
 * It reads struct declarations by their layout, which gofmt fixes; it is no Go parser.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GoField {
  readonly name: string;
  readonly type: string;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
}

export interface GoStruct {
  readonly fields: readonly GoField[];
  /** Types whose members count as this struct's own. */
  readonly inlined: readonly string[];
}

/** All struct types of the package in `folder`, by name. */
export function readGoPackage(folder: string): ReadonlyMap<string, GoStruct> {
  const structs = new Map<string, GoStruct>();
  const files = readdirSync(folder).filter(
    (file) => file.endsWith('.go') && !/_test\.go$|zz_generated|generated\.pb/.test(file),
  );
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name = '', body = ''] of text.matchAll(
      /^type (\w+) struct \{\n([\s\S]*?)^\}/gm,
    )) {
      structs.set(name, parseStruct(body));
    }
  }
  return structs;
}

function parseStruct(body: string): GoStruct {
  const fields: GoField[] = [];
  const inlined: string[] = [];
  for (const line of body.split('\n')) {
    const match = /^\s+(?:(\w+)\s+)?(\S+)\s+`.*?json:"([^"]*)"/.exec(line);
    if (!match) continue;
    const [, , type = '', tag = ''] = match;
    const [name = '', ...options] = tag.split(',');
    if (options.includes('inline') || (name === '' && match[1] === undefined)) {
      inlined.push(type.replace(/^\*/, ''));
    } else if (name !== '-') {
      fields.push({
        name,
        type,
        omitEmpty: options.includes('omitempty'),
        omitZero: options.includes('omitzero'),
      });
    }
  }
  return { fields, inlined };
}

/** The members of a struct, those of the structs that it inlines included. */
export function fieldsOf(structs: ReadonlyMap<string, GoStruct>, name: string): readonly GoField[] {
  const struct = structs.get(name);
  if (!struct) return [];
  return [...struct.inlined.flatMap((type) => fieldsOf(structs, type)), ...struct.fields];
}
