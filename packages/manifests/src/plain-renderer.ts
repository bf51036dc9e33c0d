/** Renders a directory of manifests: every file below it, in the order of their names. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Diagnostic, isJsonObject } from '@trueup/diagnostics';

import { decodeText } from './decode-text.ts';
import { type ManifestDocument, readManifests } from './read-manifests.ts';
import type { Rendered, Renderer, SourceFiles } from './renderer.ts';
import type { ReadLimits } from './yaml/read-limits.ts';

export interface PlainRendererOptions {
  /** For each file. Those that are left out have their defaults. */
  readonly limits?: Partial<ReadLimits>;
}

/**
 * Reads `*.yaml`, `*.yml` and `*.json` at any depth, but neither hidden files nor those in hidden
 * folders. The name is `plain`; it has no settings.
 */
export function createPlainRenderer(options: PlainRendererOptions = {}): Renderer {
  return {
    name: 'plain',
    checkSettings,
    recognises: (files, folder) => files.some((file) => isManifest(file, folder)),
    async render(files, { folder }, signal) {
      signal.throwIfAborted();
      const paths = await files.list(folder);
      const manifests = paths.filter((path) => isManifest(path, folder)).sort(byCodeUnit);
      return readAll(files, { manifests, options, signal });
    },
  };
}

interface Reading {
  readonly manifests: readonly string[];
  readonly options: PlainRendererOptions;
  readonly signal: AbortSignal;
}

/** A stack of many files must not keep all else waiting that this process does. */
const longestTurnMs = 10;

async function readAll(
  files: SourceFiles,
  { manifests, options, signal }: Reading,
): Promise<Rendered> {
  const documents: ManifestDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  const contents = await Promise.all(manifests.map((file) => files.read(file)));
  let turnedAt = performance.now();
  for (const [index, file] of manifests.entries()) {
    signal.throwIfAborted();
    if (performance.now() - turnedAt > longestTurnMs) {
      await nextTurn();
      turnedAt = performance.now();
    }
    const bytes = contents[index];
    if (!bytes) continue;
    const text = decodeText(bytes);
    if (text === undefined) {
      diagnostics.push(notText(file));
      continue;
    }
    const read = readManifests(text, { file, ...options });
    documents.push(...read.documents);
    diagnostics.push(...read.diagnostics);
  }
  return { documents, diagnostics, inputsRead: [] };
}

function checkSettings(settings: unknown): readonly Diagnostic[] {
  return Object.keys(isJsonObject(settings) ? settings : {}).map((name) => ({
    severity: 'error',
    code: 'RENDER_PLAIN_SETTINGS',
    path: [name],
    summary: `plain: \`${name}\` is no setting of a stack of plain manifests`,
  }));
}

function notText(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'MANIFEST_NOT_TEXT',
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: the file is not text in UTF-8`,
    advice: 'Save it as UTF-8.',
  };
}

function isManifest(path: string, folder: string): boolean {
  const below = folder === '' ? path : path.slice(folder.length + 1);
  return /\.(?:yaml|yml|json)$/.test(below) && !/(?:^|\/)\./.test(below);
}

/** Not by locale: the order must not depend on the machine. */
function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
