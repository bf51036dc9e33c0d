import type { Diagnostic, Failure, FieldPath, ListKey, Origin, Step } from '@trueup/diagnostics';

import {
  integer,
  list,
  number,
  object,
  optional,
  record,
  type Schema,
  text,
  truth,
  union,
  words,
} from '../schema/schema.ts';

const scalar: Schema<ListKey[string]> = union([text(), number(), truth()]);
const step: Schema<Step> = union([text(), record(scalar)]);

/** Members, and the keys of list items. */
export const fieldPathSchema: Schema<FieldPath> = list(step);

/** A line of the repository, counted from 1. */
export const originSchema: Schema<Origin> = object<Origin>(
  { file: text(), line: integer(), column: optional(integer()) },
  'Origin',
);

/** A remark on what somebody wrote. */
export const diagnosticSchema: Schema<Diagnostic> = object<Diagnostic>(
  {
    severity: words(['error', 'warning']),
    code: text(),
    path: fieldPathSchema,
    origin: optional(originSchema),
    summary: text(),
    advice: optional(text()),
  },
  'Diagnostic',
);

/** What went wrong, by its family and public code. */
export const failureSchema: Schema<Failure> = object<Failure>(
  {
    family: words(['transient', 'stalled']),
    code: text(),
    subject: optional(text()),
    message: text(),
  },
  'Failure',
);
