/** Reads back what was laid out: the texts of templates, one digest of all that can be chance, and its marks. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { findLookup, mayVary } from '../output/random-functions.ts';

export interface ChartFiles {
  /** Of templates and CRDs, by path from the chart's folder. */
  readonly texts: ReadonlyMap<string, string>;
  /** Of everything. */
  readonly digest: string;
  /** Whether any of it may come out differently each time. */
  readonly mayVary: boolean;
  /** Templates that look into the target, by path from the chart's folder; packed charts as a whole. */
  readonly lookups: ReadonlyMap<string, number>;
}

export async function readChartFiles(folder: string): Promise<ChartFiles> {
  const files: ChartFile[] = [];
  const sum = createHash('sha256');
  for (const name of await listFiles(folder)) {
    const content = await readFile(join(folder, name));
    sum.update(`${name}\0${content.length}\0`).update(content);
    files.push(lookInto(name, content));
  }
  return {
    texts: new Map(
      files.flatMap(({ name, text }) =>
        /(?:^|\/)(?:templates|crds)\//.test(name) ? [[name, text ?? '']] : [],
      ),
    ),
    digest: `sha256:${sum.digest('hex')}`,
    mayVary: files.some(({ text }) => text === undefined || mayVary(text)),
    lookups: new Map(files.flatMap(lookupsOf)),
  };
}

interface ChartFile {
  /** From the chart's folder, with forward slashes. */
  readonly name: string;
  /** `undefined` where nobody can tell what it holds. */
  readonly text: string | undefined;
}

function lookInto(name: string, content: Buffer): ChartFile {
  return { name, text: isPacked(name) ? unpack(content) : content.toString('utf8') };
}

function lookupsOf({ name, text = '' }: ChartFile): readonly (readonly [string, number])[] {
  const mayHold = isPacked(name) || /(?:^|\/)templates\//.test(name);
  const line = mayHold ? findLookup(text) : undefined;
  if (line === undefined) return [];
  return [[name, isPacked(name) ? 1 : line]];
}

function isPacked(name: string): boolean {
  return name.endsWith('.tgz');
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** As Helm bounds what comes out of an archive. */
const maxOutputLength = 100 * 1024 * 1024;

/**
 * The whole archive as one text, in which words are looked for. `undefined` for what cannot be looked
 * into: another archive within it, or none at all.
 */
function unpack(content: Buffer): string | undefined {
  try {
    const text = gunzipSync(content, { maxOutputLength }).toString('latin1');
    return /\.tgz\0/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
