import { lstatSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';

/** Where a path ends after all links; `undefined` where nothing is, or where they have no end. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** Of an error of the file system: `EACCES`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/**
 * Why what a path names is not given, in the words of `packages/repository`: what it describes would
 * be taken for something that nobody wants any more. `undefined` where there is nothing to say: no
 * link, or one that leads to somewhere within `root`.
 *
 * `file` is the path as a person writes it.
 */
export function troubleOfLink(path: string, file: string, root: string): Diagnostic | undefined {
  const real = realPathOf(path);
  if (real !== undefined) return isWithin(real, root) ? undefined : trouble(file, 'outside');
  if (!isLink(path)) return undefined;
  return trouble(file, loops(path) ? 'loop' : 'dangling');
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function loops(path: string): boolean {
  try {
    realpathSync.native(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ELOOP';
  }
}

function trouble(file: string, kind: keyof typeof wordings): Diagnostic {
  const { code, summary, advice } = wordings[kind];
  return {
    severity: 'error',
    code,
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: ${summary}`,
    ...(advice !== undefined && { advice }),
  };
}

interface Wording {
  readonly code: string;
  readonly summary: string;
  readonly advice?: string;
}

const outside: Wording = {
  code: 'REPOSITORY_LINK_OUTSIDE',
  summary: 'the link leads out of the repository',
  advice: 'link to a file of the repository by a relative path',
};

const loop: Wording = {
  code: 'REPOSITORY_LINK_LOOP',
  summary: 'the link leads to itself, or through too many others',
};

const dangling: Wording = {
  code: 'REPOSITORY_LINK_DANGLING',
  summary: 'the link leads to nothing',
  advice: 'commit what it leads to, or remove the link',
};

const wordings: Readonly<Record<'outside' | 'loop' | 'dangling', Wording>> = {
  outside,
  loop,
  dangling,
};
