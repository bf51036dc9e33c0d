import type { Diagnostic, FieldPath, Json, Origin } from '@trueup/diagnostics';

import type { Position, ResourceId } from './resource.ts';

/** Who set the observed value of a field, where the target keeps a record of that. */
export interface Writer {
  /** As the target calls it, for example a field manager or a user. */
  readonly name: string;
  /** RFC 3339. Absent where the target does not say. */
  readonly writtenAt?: string;
}

/** One field that differs. Together, `writer` and `origin` answer "why is it so?". */
export interface FieldChange {
  /** Empty for the body as a whole, see {@link Change.fields}. */
  readonly path: FieldPath;
  /** Absent when the field is added. */
  readonly before?: Json;
  /** Absent when the field is removed, or not known yet (`unknown`). */
  readonly after?: Json;
  /** The field gets a value that is known only afterwards. */
  readonly unknown?: true;
  /**
   * Nobody asked for this value: the target adds it on its own, and may choose another one next
   * time (generated names, allocated ports). It is shown, and no approval depends on it.
   */
  readonly generated?: true;
  /**
   * The field holds a secret. `before` and `after` are then seals ({@link CallContext.seal}):
   * equal exactly when the values are, and telling nothing else. The value never enters a plan.
   */
  readonly sensitive: boolean;
  readonly writer?: Writer;
  readonly origin?: Origin;
}

/**
 * - `replace`: the resource goes and comes again, since a field cannot be changed in place.
 * - `take-over`: it exists, and becomes ours.
 * - `execute`: runs something that leaves no state to compare. Never drift, journalled by content
 *   digest, and not repeated when in doubt.
 * - `none`: it is right. Kept in the plan, since chains of dependencies run through it.
 */
export type Action = 'create' | 'update' | 'replace' | 'delete' | 'take-over' | 'execute' | 'none';

/**
 * How far a change can be relied on.
 *
 * - `certain`: the target itself said so, for example by a dry run.
 * - `predicted`: computed on our side; the target may add to it.
 * - `deferred`: what it depends on does not exist yet; planned again right before its wave.
 * - `opaque`: cannot be known before applying.
 */
export type Confidence = 'certain' | 'predicted' | 'deferred' | 'opaque';

/** A fact about what the change does, not a judgement: risk is the business of the rules. */
export type Hazard = 'destroys-data' | 'recreates' | 'restarts' | 'interrupts';

/** `revision`: desired differs between base and merge result. `drift`: the target moved. */
export type Cause = 'revision' | 'drift';

/** One step of a plan. Plain data without secrets: it may be stored and shown. */
export interface Change {
  readonly id: ResourceId;
  readonly action: Action;
  /**
   * A create, a delete and an execute have one field at the root, whose value is the digest of the
   * body (its seal, when the body holds secrets). `diffFields` expands it for those who ask.
   * Besides, a create lists the fields in which the target answered otherwise than asked.
   */
  readonly fields: readonly FieldChange[];
  readonly confidence: Confidence;
  readonly hazards: readonly Hazard[];
  readonly position: Position;
  readonly dependsOn: readonly ResourceId[];
  /**
   * Of a delete or replace: why it needs explicit words in Git besides (P3), one sentence for
   * people. The engine withholds it until they are there.
   */
  readonly protection?: string;
  /**
   * Why it is this action, where the tool says so: one sentence for people, free of values. No approval
   * depends on it.
   */
  readonly reason?: string;
  /** Of an `execute`: whether any other change of the stack sets it off, or only its own content. */
  readonly executes?: 'always' | 'changed';
  /** Of the observation that it was planned from: the write's precondition. Absent for a create. */
  readonly version?: string;
  /** Filled in by the engine, which alone knows the base. */
  readonly cause?: Cause;
}

/** Something that a plan could not look into. */
export interface Gap {
  /** Absent when the whole target is meant. */
  readonly subject?: ResourceId;
  readonly extent: 'partial' | 'deferred' | 'opaque';
  /** One sentence for people: what is unknown, and when it will be known. */
  readonly message: string;
}

/** A field that somebody else added inside a managed resource, as `foreign: report` lists it. */
export interface ForeignField {
  readonly id: ResourceId;
  readonly path: FieldPath;
  /** A seal where the field is sensitive. */
  readonly observed: Json;
  readonly sensitive: boolean;
  readonly writer?: Writer;
}

/** The changes that make one stack true. No gaps means that all of it was looked into. */
export interface Plan {
  /**
   * What the target is by its own account, whatever we call it or reach it by: the uid of
   * kube-system, a state's lineage and workspace, a set of hosts. An approval is for that place.
   */
  readonly targetIdentity: string;
  readonly changes: readonly Change[];
  readonly coverage: { readonly gaps: readonly Gap[] };
  readonly foreign: readonly ForeignField[];
  /**
   * What the target would refuse, and what else people have to know. With an error among them
   * nothing of the plan is applied.
   */
  readonly diagnostics: readonly Diagnostic[];
  /** What `apply` needs besides, for example a saved plan. Stored encrypted, never looked into. */
  readonly artifact?: Uint8Array;
}
