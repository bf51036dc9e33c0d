import type { Diagnostic, FieldPath, JsonObject, Origin } from '@trueup/diagnostics';

import type { CallContext } from './call-context.ts';
import type { Change, Plan, Writer } from './change.ts';
import type { Explore } from './explore.ts';
import type { Files } from './files.ts';
import type { Health } from './health.ts';
import type { LeaseAnswer, LeaseRequest } from './lease.ts';
import type { Outcome } from './outcome.ts';
import type { DesiredResource, ObservedResource, ResourceId } from './resource.ts';
import type { RollbackStatement } from './rollback.ts';
import type { Inputs, Output, Stack, Target } from './target.ts';

export interface PrepareRequest {
  readonly stack: Stack;
  readonly target: Target;
  readonly inputs: Inputs;
  /**
   * A survey of the stack is asked for next, so that the provider may begin to look meanwhile. What
   * that survey answers is never older than this request. `false` when absent.
   */
  readonly surveyFollows?: boolean;
}

export interface Prepared {
  /** Only complete, hence only safe to prune by, when no diagnostic is an error. */
  readonly resources: readonly DesiredResource[];
  /** What the answer depends on besides `files`: remote bases, inputs, the target's capabilities. */
  readonly inputsRead: readonly InputRead[];
  readonly diagnostics: readonly Diagnostic[];
  /** The foreign program that took part, as a plan names it; absent where our own code did it all. */
  readonly tool?: { readonly name: string; readonly version: string };
  /**
   * What `observe`, `plan` and `apply` need of the files, for tools that read them by themselves. Holds
   * secrets in clear, as the bodies do: it lives in memory only, and nobody else looks in.
   */
  readonly bundle?: Uint8Array;
}

export interface InputRead {
  readonly name: string;
  /** The stack is prepared again when this is no longer the same. Sealed where it is sensitive. */
  readonly digest: string;
}

export interface LocateRequest extends PrepareRequest {
  readonly fields: readonly FieldPlace[];
}

export interface FieldPlace {
  readonly id: ResourceId;
  readonly path: FieldPath;
}

/** Single resources, or all that a tool can only list as one. */
export type ObserveRequest = (
  | { readonly ids: readonly ResourceId[] }
  | { readonly stack: Stack; readonly inventory: readonly ResourceId[] }
) & {
  /**
   * What the stack should be, where whoever asks knows: some tools can only tell how far a target is
   * from that. Without it they answer nothing.
   */
  readonly prepared?: Prepared;
};

export interface SurveyRequest {
  readonly stack: Stack;
  readonly ids: readonly ResourceId[];
}

export interface Survey {
  /** As `discover` answers. */
  readonly inventory: readonly ResourceId[];
  /** As `observe` answers for the inventory and `ids`. */
  readonly observed: readonly ObservedResource[];
}

/**
 * What to do about what others added inside a managed resource. `report` lists it beside the plan,
 * `remove` plans its removal.
 */
export type ForeignRule = 'ignore' | 'report' | 'remove';

export interface PlanRequest {
  readonly stack: Stack;
  readonly prepared: Prepared;
  /** The answer of `observe` for everything desired and everything in the inventory. */
  readonly observed: readonly ObservedResource[];
  /** What the stack owns. Nothing else may be planned for deletion. */
  readonly inventory: readonly ResourceId[];
  readonly foreign: ForeignRule;
  /**
   * What the engine's books say has run: ids of the changes by `execute`, and of what an outcome said
   * to `repeat`. Only with it a step that is never done is told from drift. None if absent.
   */
  readonly executed?: readonly ResourceId[];
}

export interface ApplyRequest {
  readonly stack: Stack;
  /** What may go side by side, or all of the plan when the provider applies the `whole`. */
  readonly changes: readonly Change[];
  /** Prepared from the revision that the plan was made for. */
  readonly prepared: Prepared;
  readonly artifact?: Uint8Array;
}

/**
 * The code for one kind of target.
 *
 * Arguments and answers are JSON and bytes, `files`, `seal` and `signal` are services: a provider
 * may run in any process, on any machine. It may cache, but no answer depends on a cache, and the
 * engine repeats every call that it got no answer to. Failures are {@link TransientError} or
 * {@link StalledError}; anything else is taken for a bug of the provider.
 */
export interface Provider {
  /** The word that selects this provider in `trueup.yaml`. */
  readonly name: string;

  /** Whether changes are applied wave by wave, or only all at once. */
  readonly applies: 'changes' | 'whole';

  /**
   * It runs programs by what the files say, also where it only looks or plans, and these reach the target's
   * credentials: what somebody wrote who may not plan is kept from it. `false` when absent.
   */
  readonly interprets?: boolean;

  /** What people are told before they go back to an older revision. */
  readonly rollback: RollbackStatement;

  /** Checks settings. Pure, and never throws: bad input is the expected case. */
  checkTarget(settings: unknown): readonly Diagnostic[];
  checkStack(settings: unknown): readonly Diagnostic[];

  /** Reads what the stack should be. The same files and inputs always give the same answer. */
  prepare(files: Files, request: PrepareRequest, call: CallContext): Promise<Prepared>;

  /**
   * Tells which line asks for each of these fields; `undefined` for those that a tool filled in by
   * itself. In the order of the request. Without it no change has an origin.
   */
  locate?(
    files: Files,
    request: LocateRequest,
    call: CallContext,
  ): Promise<readonly (Origin | undefined)[]>;

  /** Finds what the stack owns by the marks in the target. Empty where there can be no marks. */
  discover(target: Target, stack: Stack, call: CallContext): Promise<readonly ResourceId[]>;

  /**
   * Reads resources, as they are after everything that `apply` has reported as done. Those that do
   * not exist are left out of the answer.
   */
  observe(
    target: Target,
    request: ObserveRequest,
    call: CallContext,
  ): Promise<readonly ObservedResource[]>;

  /** `discover` and `observe` at once. Absent where that saves nothing. */
  survey?(target: Target, request: SurveyRequest, call: CallContext): Promise<Survey>;

  /** Compares the two sides. Writes nothing; on an unchanged target it gives the same plan. */
  plan(target: Target, request: PlanRequest, call: CallContext): Promise<Plan>;

  /**
   * Carries out changes that may run side by side. Doing so a second time is harmless.
   *
   * A resource whose version is not that of its change is left alone: the change has `moved`. Every
   * change has one end, and a failure does not stop its siblings. If the stream throws instead, the
   * changes without an end are in doubt.
   */
  apply(target: Target, request: ApplyRequest, call: CallContext): AsyncIterable<Outcome>;

  /**
   * Keeps others from changing the same stack in this target, whatever store they use. It does not
   * wait: whoever finds it held asks again. Absent where the target cannot keep a lease.
   */
  acquireLease?(target: Target, request: LeaseRequest, call: CallContext): Promise<LeaseAnswer>;

  /** Judges an observation, or its absence. Pure: never calls the target. */
  assess(observed: ObservedResource | undefined): Health;

  /**
   * Tells which resources to look at again, until aborted. Hints may be late, doubled or wrong,
   * but a change is never missed for good. Without it the engine looks at intervals.
   */
  watch?(
    target: Target,
    inventory: readonly ResourceId[],
    call: CallContext,
  ): AsyncIterable<ResourceId>;

  /** Values for other stacks. Pure. */
  outputs(observed: readonly ObservedResource[]): Readonly<Record<string, Output>>;

  /**
   * A body as people read it: without what the target only keeps for itself, and with `sealed` in the
   * place of every secret value (P5). Pure. Absent where bodies are never shown.
   */
  present?(id: ResourceId, body: JsonObject, sealed: string): JsonObject;

  /** Who wrote a field of an observation last. Pure. Absent where the target keeps no record of that. */
  writerOf?(observed: ObservedResource, path: FieldPath): Writer | undefined;

  /** Looks for people at what a resource brought about. Absent where there is nothing to see. */
  readonly explore?: Explore;
}
