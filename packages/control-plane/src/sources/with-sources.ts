import { type Diagnostic, StalledError } from '@trueup/diagnostics';
import type { Files, Prepared, Provider } from '@trueup/provider-sdk';

import { createArtifactFiles } from './artifact-files.ts';
import { readSourceFile } from './read-source-file.ts';
import { sourcePathOf } from './source-path.ts';
import type { OpenedSource, Sources } from './sources.ts';

/**
 * The same provider, for stacks too whose folder names an artifact of a registry: it gets the artifact's
 * files in place of the folder, and of the repository nothing else. The digest is part of what was read.
 */
export function withSources<T extends Provider>(provider: T, sources: Sources): T {
  return {
    ...provider,
    async prepare(files, request, call) {
      const taken = await takeFiles(files, request.stack.path, { sources, signal: call.signal });
      if (!taken) return await provider.prepare(files, request, call);
      if ('diagnostics' in taken) return { ...nothing, diagnostics: taken.diagnostics };
      const prepared = await provider.prepare(taken.files, request, call);
      const { name, digest } = taken.opened;
      return { ...prepared, inputsRead: [...prepared.inputsRead, { name, digest }] };
    },
    ...(provider.locate && { locate: locateWith(provider.locate, sources) }),
  };
}

function locateWith(
  locate: NonNullable<Provider['locate']>,
  sources: Sources,
): NonNullable<Provider['locate']> {
  return async (files, request, call) => {
    const taken = await takeFiles(files, request.stack.path, { sources, signal: call.signal });
    if (!taken) return await locate(files, request, call);
    if ('diagnostics' in taken) return request.fields.map(() => undefined);
    return await locate(taken.files, request, call);
  };
}

const nothing: Prepared = { resources: [], inputsRead: [], diagnostics: [] };

interface Taking {
  readonly sources: Sources;
  readonly signal: AbortSignal;
}

type Taken =
  | { readonly files: Files; readonly opened: OpenedSource }
  | { readonly diagnostics: readonly Diagnostic[] };

/** `undefined` where the stack's content lies in its folder. */
async function takeFiles(
  files: Files,
  path: string,
  { sources, signal }: Taking,
): Promise<Taken | undefined> {
  const at = path.replace(/\/+$/, '');
  const read = await readSourceFile(files, at);
  if (!read || 'diagnostics' in read) return read;
  try {
    const opened = await sources.open(read.source, signal);
    const { folder } = read.source;
    return { opened, files: createArtifactFiles(opened.files, { folder, at }) };
  } catch (error) {
    signal.throwIfAborted();
    // What passes by itself is tried again; the rest somebody has to put right.
    if (!(error instanceof StalledError)) throw error;
    const file = sourcePathOf(at);
    const origin = { file, line: 1 };
    const summary = `${file}:1: ${error.message}`;
    const remark = { severity: 'error', code: error.code, path: [], origin, summary } as const;
    return { diagnostics: [remark] };
  }
}
