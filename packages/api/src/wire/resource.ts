import type { FieldPath, Json } from '@trueup/diagnostics';

import {
  integer,
  json,
  object,
  optional,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import { fieldPathSchema } from './diagnostic.ts';
import { type Health, healthSchema } from './health.ts';

/** One managed thing. */
export interface Resource {
  /** `kind/scope/name`, each part escaped as in a URL. */
  readonly id: string;
  readonly health: Health;
  readonly drifted: boolean;
}

/** A resource that another one brought about. */
export interface OffspringNode {
  readonly id: string;
  readonly parent: string;
  readonly health: Health;
}

/** Something that the target noted about a resource. */
export interface ResourceEvent {
  readonly id: string;
  readonly severity: 'normal' | 'warning';
  readonly reason: string;
  readonly message: string;
  /** How often it was noted up to `at`. */
  readonly count: number;
  readonly at: string;
}

/** Who set an observed value. */
export interface Writer {
  readonly name: string;
  readonly writtenAt?: string;
}

/** Why a field is so, from both sides. */
export interface FieldExplanation {
  readonly id: string;
  readonly path: FieldPath;
  /** Absent when Git does not set it, and where it may not be shown. */
  readonly desired?: Json;
  /** Absent when the target does not have it, and where it may not be shown. */
  readonly observed?: Json;
  /** It holds a secret, or may. Values are then seals, or left out. */
  readonly sensitive: boolean;
  /** The line of Git that sets it, and who wrote that line. */
  readonly origin?: LineOrigin;
  readonly writer?: Writer;
  /** The run that last applied the resource. */
  readonly appliedBy?: AppliedBy;
}

export interface LineOrigin {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly revision: string;
  readonly author?: string;
  readonly committedAt?: string;
  readonly summary?: string;
}

export interface AppliedBy {
  readonly run: string;
  readonly revision: string;
  readonly at: string;
}

export const writerSchema: Schema<Writer> = object<Writer>(
  { name: text(), writtenAt: optional(text()) },
  'Writer',
);

export const resourceSchema: Schema<Resource> = object<Resource>(
  { id: text(), health: healthSchema, drifted: truth() },
  'Resource',
);

export const offspringNodeSchema: Schema<OffspringNode> = object<OffspringNode>(
  { id: text(), parent: text(), health: healthSchema },
  'OffspringNode',
);

export const resourceEventSchema: Schema<ResourceEvent> = object<ResourceEvent>(
  {
    id: text(),
    severity: words(['normal', 'warning']),
    reason: text(),
    message: text(),
    count: integer(),
    at: text(),
  },
  'ResourceEvent',
);

const lineOriginSchema: Schema<LineOrigin> = object<LineOrigin>(
  {
    file: text(),
    line: integer(),
    column: optional(integer()),
    revision: text(),
    author: optional(text()),
    committedAt: optional(text()),
    summary: optional(text()),
  },
  'LineOrigin',
);

export const fieldExplanationSchema: Schema<FieldExplanation> = object<FieldExplanation>(
  {
    id: text(),
    path: fieldPathSchema,
    desired: optional(json),
    observed: optional(json),
    sensitive: truth(),
    origin: optional(lineOriginSchema),
    writer: optional(writerSchema),
    appliedBy: optional(object<AppliedBy>({ run: text(), revision: text(), at: text() })),
  },
  'FieldExplanation',
);
