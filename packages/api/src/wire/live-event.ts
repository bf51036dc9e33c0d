import type { Json, JsonObject } from '@trueup/diagnostics';

import { integer, json, object, optional, record, type Schema, text } from '../schema/schema.ts';

/** Something that happened. */
export interface LiveEvent {
  /** Counts from 1. */
  readonly sequence: number;
  readonly at: string;
  /** `noun:phase`: `run:applying`, `drift:opened`. */
  readonly type: string;
  /** Name of the repository that it is about; absent for the installation. */
  readonly repository?: string;
  /** Full name. */
  readonly stack?: string;
  readonly body: JsonObject;
}

export const jsonObjectSchema: Schema<Readonly<Record<string, Json>>> = record(json);

export const liveEventSchema: Schema<LiveEvent> = object<LiveEvent>(
  {
    sequence: integer(),
    at: text(),
    type: text(),
    repository: optional(text()),
    stack: optional(text()),
    body: jsonObjectSchema,
  },
  'LiveEvent',
);
