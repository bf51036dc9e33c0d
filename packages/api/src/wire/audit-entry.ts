import type { JsonObject } from '@trueup/diagnostics';

import { integer, object, type Schema, text } from '../schema/schema.ts';
import { jsonObjectSchema } from './live-event.ts';

/** One line of the audit chain. `link` covers the line and the link before it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  /** `noun:phase`. */
  readonly event: string;
  readonly subject: string;
  readonly detail: JsonObject;
  readonly link: string;
}

export const auditEntrySchema: Schema<AuditEntry> = object<AuditEntry>(
  {
    sequence: integer(),
    at: text(),
    actor: text(),
    event: text(),
    subject: text(),
    detail: jsonObjectSchema,
    link: text(),
  },
  'AuditEntry',
);
