/** js-yaml's view of our scalar rules: what it asks while it parses. */
import { FAILSAFE_SCHEMA, type Schema, Type } from 'js-yaml';

import { isNullText, parseBoolean, parseFloat64, parseInteger } from './resolve-scalar.ts';

/**
 * Stands before the name of a `<<` key until the document is whole: go-yaml lets a merge override
 * the members above it, js-yaml never. No text holds it unescaped, since YAML allows no U+FFFE.
 */
const mergeMark = '\uFFFE<<';

/** True for the name that stands for a plain `<<`, as a key or as a value. */
export function isMergeMark(text: string): boolean {
  return text.charCodeAt(0) === 0xfffe && text.startsWith(mergeMark);
}

export const readingSchema: Schema = createReadingSchema();

function createReadingSchema(): Schema {
  let merges = 0;
  const merge = new Type('tag:trueup.dev,2026:merge', {
    kind: 'scalar',
    resolve: (text) => text === '<<',
    // Numbered, since an object may merge more than once.
    construct: () => `${mergeMark}${merges++}`,
  });
  const binary = new Type('tag:yaml.org,2002:binary', {
    kind: 'scalar',
    construct: (text) => Buffer.from(String(text ?? ''), 'base64').toString('utf8'),
  });
  return FAILSAFE_SCHEMA.extend({
    implicit: [...scalarTypes(), merge],
    explicit: [binary, ...unknownTags()],
  });
}

function scalarTypes(): Type[] {
  return [
    new Type('tag:yaml.org,2002:null', {
      kind: 'scalar',
      resolve: (text) => text === null || isNullText(text),
      construct: () => null,
    }),
    scalarType('bool', parseBoolean),
    scalarType('int', parseInteger),
    scalarType('float', (text) => parseFloat64(text) ?? parseInteger(text)),
  ];
}

function scalarType(name: string, parse: (text: string) => unknown): Type {
  return new Type(`tag:yaml.org,2002:${name}`, {
    kind: 'scalar',
    resolve: (text) => text !== null && parse(text) !== undefined,
    construct: parse,
  });
}

/** kubectl drops tags that it does not know and keeps the value; a tagged scalar stays text. */
function unknownTags(): Type[] {
  return ['!', 'tag:'].flatMap((prefix) => [
    new Type(prefix, { kind: 'scalar', multi: true, construct: (text) => text ?? '' }),
    new Type(prefix, { kind: 'sequence', multi: true }),
    new Type(prefix, { kind: 'mapping', multi: true }),
  ]);
}
