import type { FieldPath, Origin } from '@trueup/diagnostics';

import { integer, list, object, optional, type Schema, text } from '../schema/schema.ts';
import { fieldPathSchema, originSchema } from './diagnostic.ts';
import { type Writer, writerSchema } from './resource.ts';

/** What taking drift into Git changes there. */
export interface Adoption {
  /** Full name. */
  readonly stack: string;
  /** The revision that it is made on top of. */
  readonly base: string;
  /** Unified diff; empty where nothing can be adopted. Holds observed values. */
  readonly patch: string;
  readonly fields: readonly AdoptedField[];
  /** What stays as it is. */
  readonly refused: readonly RefusedField[];
  /** Full names of other stacks that read the same files. */
  readonly readers: readonly string[];
  /** Absent where it was only looked at. */
  readonly opened?: OpenedAdoption;
}

export interface AdoptedField {
  readonly id: string;
  readonly path: FieldPath;
  /** The line that asks for it from then on. */
  readonly origin: Origin;
  readonly writer?: Writer;
}

export interface RefusedField {
  readonly id: string;
  /** Empty where the resource as a whole is meant. */
  readonly path: FieldPath;
  /** Half a sentence. */
  readonly reason: string;
}

/** The merge request that brings it. */
export interface OpenedAdoption {
  readonly mergeRequest: number;
  readonly url?: string;
  readonly branch: string;
}

export const adoptionSchema: Schema<Adoption> = object<Adoption>(
  {
    stack: text(),
    base: text(),
    patch: text(),
    fields: list(
      object<AdoptedField>({
        id: text(),
        path: fieldPathSchema,
        origin: originSchema,
        writer: optional(writerSchema),
      }),
    ),
    refused: list(object<RefusedField>({ id: text(), path: fieldPathSchema, reason: text() })),
    readers: list(text()),
    opened: optional(
      object<OpenedAdoption>({ mergeRequest: integer(), url: optional(text()), branch: text() }),
    ),
  },
  'Adoption',
);
