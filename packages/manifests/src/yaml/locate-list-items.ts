/** Finds the lines of the items of a `List` by a second parse that watches where nodes begin. */
import { isJsonObject } from '@trueup/diagnostics';
import { type LoadOptions, load } from 'js-yaml';

import { createLineIndex } from './line-index.ts';
import { readingSchema } from './reading-schema.ts';
import type { DocumentText } from './split-documents.ts';

/**
 * The line, counted from 1 in the file, of each item that `List` kinds inside each other come down
 * to, in order. An item that is an alias has the line of its anchor. The text has been parsed once.
 */
export function locateListItems({ text, firstLine, contentLine }: DocumentText): readonly number[] {
  const starts = new Map<unknown, number>();
  const root = loadWatched(text, (node, start) => {
    if (!starts.has(node)) starts.set(node, start);
  });
  const lineAt = createLineIndex(text);
  return flattenItems(root).map((item) => {
    const start = starts.get(item);
    return start === undefined ? contentLine : firstLine + lineAt(skipBlanks(text, start));
  });
}

function loadWatched(text: string, onObject: (node: object, start: number) => void): unknown {
  const open: number[] = [];
  // The first parse has kept the limit; this one must only not fall short of it.
  const options: LoadOptions & { readonly maxDepth: number } = {
    schema: readingSchema,
    json: true,
    maxDepth: 10_000,
    listener: (event, state) => {
      if (event === 'open') {
        open.push(state.position);
        return;
      }
      const start = open.pop() ?? 0;
      const node: unknown = state.result;
      if (typeof node === 'object' && node !== null) onObject(node, start);
    },
  };
  return load(text, options);
}

function flattenItems(value: unknown): readonly unknown[] {
  if (!isJsonObject(value)) return [value];
  const { kind, items } = value;
  const isList = typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items);
  return isList ? items.flatMap(flattenItems) : [value];
}

/** A node begins where its text does, not behind the dash in front of it. */
function skipBlanks(text: string, start: number): number {
  const blanks = /(?:[ \t\r\n]+|#[^\r\n]*)*/y;
  blanks.lastIndex = start;
  return start + (blanks.exec(text)?.[0].length ?? 0);
}
