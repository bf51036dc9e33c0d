import type { Diagnostic } from '@trueup/diagnostics';

import { object, optional, type Schema, text, words } from '../schema/schema.ts';
import { fieldPathSchema, originSchema } from './diagnostic.ts';

/** A remark on what a repository says, or on following it. */
export interface RepositoryDiagnostic extends Diagnostic {
  /** Name of the repository. */
  readonly repository: string;
}

export const repositoryDiagnosticSchema: Schema<RepositoryDiagnostic> =
  object<RepositoryDiagnostic>(
    {
      repository: text(),
      severity: words(['error', 'warning']),
      code: text(),
      path: fieldPathSchema,
      origin: optional(originSchema),
      summary: text(),
      advice: optional(text()),
    },
    'RepositoryDiagnostic',
  );
