import { type Diagnostic, StalledError } from '@trueup/diagnostics';
import type { Prepared } from '@trueup/provider-sdk';

import type { RevisionFiles } from '../repository/git-repository.ts';

/**
 * Adds what is wrong with the files themselves. Where the provider gave up, that is most likely why, so
 * that both are told.
 */
export async function prepareWith(
  files: RevisionFiles,
  prepare: () => Promise<Prepared>,
): Promise<Prepared> {
  try {
    const answer = await prepare();
    return { ...answer, diagnostics: [...(files.diagnostics?.() ?? []), ...answer.diagnostics] };
  } catch (error) {
    const known = files.diagnostics?.() ?? [];
    if (known.length === 0 || !(error instanceof StalledError)) throw error;
    const { code, message } = error;
    const failure: Diagnostic = { severity: 'error', code, path: [], summary: message };
    return { resources: [], inputsRead: [], diagnostics: [...known, failure] };
  }
}
