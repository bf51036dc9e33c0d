import type { Diagnostic } from '@trueup/diagnostics';

/** Why something of the repository could not be given. */
export type FileProblem =
  | 'path-outside'
  | 'link-outside'
  | 'link-loop'
  | 'link-dangling'
  | 'lfs-pointer'
  | 'too-large'
  | 'submodule'
  | 'damaged';

interface Wording {
  readonly code: string;
  readonly summary: string;
  readonly advice?: string;
}

const wordings: Readonly<Record<FileProblem, Wording>> = {
  'path-outside': {
    code: 'REPOSITORY_PATH_OUTSIDE',
    summary: 'the path leads out of the repository',
  },
  'link-outside': {
    code: 'REPOSITORY_LINK_OUTSIDE',
    summary: 'the link leads out of the repository',
    advice: 'link to a file of the repository by a relative path',
  },
  'link-loop': {
    code: 'REPOSITORY_LINK_LOOP',
    summary: 'the link leads to itself, or through too many others',
  },
  'link-dangling': {
    code: 'REPOSITORY_LINK_DANGLING',
    summary: 'the link leads to nothing',
    advice: 'commit what it leads to, or remove the link',
  },
  'lfs-pointer': {
    code: 'REPOSITORY_LFS_POINTER',
    summary: 'the file is kept in Git LFS, of which the repository holds the pointer only',
    advice: 'keep configuration in Git itself: git lfs untrack, then add it again',
  },
  'too-large': {
    code: 'REPOSITORY_FILE_TOO_LARGE',
    summary: 'the file is too large to be read',
  },
  submodule: {
    code: 'REPOSITORY_SUBMODULE',
    summary: 'submodules are not followed',
    advice: 'register the other repository, or copy what is needed',
  },
  damaged: {
    code: 'REPOSITORY_OBJECTS_BROKEN',
    summary: 'the content of the file is missing from the repository',
  },
};

/** Collects diagnostics, each once: what is read often is still at fault only once. */
export class FileDiagnostics {
  readonly #known = new Map<string, Diagnostic>();

  /** An error wins over a warning about the same. */
  add(problem: FileProblem, file: string, severity: Diagnostic['severity']): void {
    const { code, summary, advice } = wordings[problem];
    const key = `${code} ${file}`;
    if (this.#known.get(key)?.severity === 'error') return;
    this.#known.set(key, {
      severity,
      code,
      path: [],
      origin: { file, line: 1 },
      summary: `${file}: ${summary}`,
      ...(advice !== undefined && { advice }),
    });
  }

  list(): readonly Diagnostic[] {
    return [...this.#known.values()];
  }
}
