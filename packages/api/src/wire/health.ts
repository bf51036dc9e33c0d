import { object, type Schema, text, words } from '../schema/schema.ts';

/** The words of kstatus, for every kind of target. */
export type HealthStatus =
  | 'in-progress'
  | 'current'
  | 'failed'
  | 'terminating'
  | 'not-found'
  | 'unknown';

export interface Health {
  readonly status: HealthStatus;
  /** One CamelCase word for programs. */
  readonly reason: string;
  /** One sentence for people. */
  readonly message: string;
}

export const healthStatusSchema: Schema<HealthStatus> = words(
  ['in-progress', 'current', 'failed', 'terminating', 'not-found', 'unknown'],
  'HealthStatus',
);

export const healthSchema: Schema<Health> = object<Health>(
  { status: healthStatusSchema, reason: text(), message: text() },
  'Health',
);
