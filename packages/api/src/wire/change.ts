import type { FieldPath, Json, Origin } from '@trueup/diagnostics';

import {
  integer,
  json,
  list,
  object,
  onlyTrue,
  optional,
  type Schema,
  text,
  truth,
  words,
} from '../schema/schema.ts';
import { fieldPathSchema, originSchema } from './diagnostic.ts';
import { type Writer, writerSchema } from './resource.ts';

export type Action = 'create' | 'update' | 'replace' | 'delete' | 'take-over' | 'execute' | 'none';

/** How far a change can be relied on. */
export type Confidence = 'certain' | 'predicted' | 'deferred' | 'opaque';

/** A fact about what a change does. */
export type Hazard = 'destroys-data' | 'recreates' | 'restarts' | 'interrupts';

/** One field that differs. */
export interface FieldChange {
  /** Empty for the body as a whole. */
  readonly path: FieldPath;
  /** Absent when the field is added. */
  readonly before?: Json;
  /** Absent when the field is removed, or not known yet. */
  readonly after?: Json;
  /** The field gets a value that is known only afterwards. */
  readonly unknown?: true;
  /** The target adds this value on its own. */
  readonly generated?: true;
  /** `before` and `after` are seals. */
  readonly sensitive: boolean;
  readonly writer?: Writer;
  readonly origin?: Origin;
}

/** One step of a plan. */
export interface Change {
  readonly id: string;
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly confidence: Confidence;
  readonly hazards: readonly Hazard[];
  readonly position: Position;
  readonly dependsOn: readonly string[];
  /** Why it needs explicit words in Git besides. */
  readonly protection?: string;
  /** Why it is this action, where the tool says so. */
  readonly reason?: string;
  readonly executes?: 'always' | 'changed';
  /** Of the observation that it was planned from. */
  readonly version?: string;
  /** `drift`: the target moved, Git did not. */
  readonly cause?: 'revision' | 'drift';
}

/** Where a change stands in the order of its stack. */
export interface Position {
  readonly wave: number;
  readonly rank: number;
}

/** A field that somebody else added inside a managed resource. */
export interface ForeignField {
  readonly id: string;
  readonly path: FieldPath;
  /** A seal where it is sensitive. */
  readonly observed: Json;
  readonly sensitive: boolean;
  readonly writer?: Writer;
}

export const actionSchema: Schema<Action> = words(
  ['create', 'update', 'replace', 'delete', 'take-over', 'execute', 'none'],
  'Action',
);

const fieldChangeSchema: Schema<FieldChange> = object<FieldChange>(
  {
    path: fieldPathSchema,
    before: optional(json),
    after: optional(json),
    unknown: optional(onlyTrue),
    generated: optional(onlyTrue),
    sensitive: truth(),
    writer: optional(writerSchema),
    origin: optional(originSchema),
  },
  'FieldChange',
);

export const changeSchema: Schema<Change> = object<Change>(
  {
    id: text(),
    action: actionSchema,
    fields: list(fieldChangeSchema),
    confidence: words(['certain', 'predicted', 'deferred', 'opaque']),
    hazards: list(words(['destroys-data', 'recreates', 'restarts', 'interrupts'])),
    position: object<Position>({ wave: integer(), rank: integer() }),
    dependsOn: list(text()),
    protection: optional(text()),
    reason: optional(text()),
    executes: optional(words(['always', 'changed'])),
    version: optional(text()),
    cause: optional(words(['revision', 'drift'])),
  },
  'Change',
);

export const foreignFieldSchema: Schema<ForeignField> = object<ForeignField>(
  {
    id: text(),
    path: fieldPathSchema,
    observed: json,
    sensitive: truth(),
    writer: optional(writerSchema),
  },
  'ForeignField',
);
