/**
 * What a plan is to those who read it: the shape of `trueup plan -o json`, and what the text is made
 * of. Public: members are added, never renamed.
 */
import type {
  Change,
  FieldChange,
  ForeignField,
  Gap,
  GuardFinding,
  Plan,
  PlannedChange,
  Withheld,
  Writer,
} from '@trueup/api';
import type { StandAlonePlan } from '@trueup/control-plane';
import { type Diagnostic, formatFieldPath, type Json, type Origin } from '@trueup/diagnostics';

/** All that was planned at once. */
export interface PlanDocument {
  readonly plans: readonly PlanReport[];
  /** Of `trueup.yaml`. */
  readonly diagnostics: readonly DiagnosticReport[];
}

export interface PlanReport {
  readonly stack: string;
  readonly target: string;
  /** The stack's folder, from the repository's root; empty for the root itself. */
  readonly path: string;
  /** What the target is by its own account. */
  readonly targetIdentity: string;
  /** Digests of the artifacts that its content was taken from, by name. Absent: none. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Names the set of the changes' digests: what is approved is what is applied. */
  readonly digest: string;
  /** Number of resources by action. */
  readonly totals: Readonly<Record<ActionName, number>>;
  /** The steps; what is right already is only counted. */
  readonly changes: readonly ChangeReport[];
  /** Would be changed, and is not, for the reason that stands there. */
  readonly withheld: readonly (ChangeReport & { readonly reason: string })[];
  /** What could not be looked into. */
  readonly gaps: readonly GapReport[];
  readonly foreign: readonly ForeignReport[];
  readonly findings: readonly FindingReport[];
  /** Whose approval the rules ask for this plan; absent where they ask nobody. */
  readonly asked?: readonly AskedReport[];
  readonly diagnostics: readonly DiagnosticReport[];
  /** The program that rendered the stack, where one did. */
  readonly tool?: { readonly name: string; readonly version: string };
}

export interface AskedReport {
  readonly count: number;
  readonly from: readonly string[];
  readonly excludeAuthor: boolean;
  readonly because?: string;
}

export type ActionName =
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'take-over'
  | 'execute'
  | 'none';

export interface ResourceName {
  /** As `trueup why` takes it. */
  readonly id: string;
  readonly kind: string;
  readonly scope: string;
  readonly name: string;
}

export interface ChangeReport extends ResourceName {
  readonly action: ActionName;
  readonly confidence: 'certain' | 'predicted' | 'deferred' | 'opaque';
  readonly hazards: readonly string[];
  readonly cause?: 'revision' | 'drift';
  /** Why it is this action, where the tool says so. */
  readonly reason?: string;
  readonly fields: readonly FieldReport[];
  readonly digest?: string;
  /** Where the resource is described. */
  readonly origin?: Origin;
}

export interface FieldReport {
  /** `spec.containers[name=web].image`; empty for the body as a whole. */
  readonly path: string;
  /** Seals where `sensitive`. Absent when the field is added. */
  readonly before?: Json;
  /** Absent when the field is removed, and where it is `unknown`. */
  readonly after?: Json;
  readonly unknown?: true;
  readonly generated?: true;
  readonly sensitive: boolean;
  /** Who set the observed value. */
  readonly writer?: WriterReport;
  /** What sets the desired one. */
  readonly origin?: Origin;
}

/** `writtenAt` is absent where the target does not say it. */
export type WriterReport = Writer;

export interface GapReport {
  readonly extent: 'partial' | 'deferred' | 'opaque';
  readonly message: string;
  /** Absent when the whole target is meant. */
  readonly subject?: ResourceName;
}

export interface ForeignReport extends ResourceName {
  readonly path: string;
  readonly observed: Json;
  readonly sensitive: boolean;
  readonly writer?: WriterReport;
}

export type FindingReport = GuardFinding;

export interface DiagnosticReport {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** Name of the repository, where a server says it of one as a whole. */
  readonly repository?: string;
  readonly path: string;
  readonly origin?: Origin;
  readonly summary: string;
  readonly advice?: string;
}

/** How targets record what Trueup wrote. */
export const ourselves = 'trueup';

/** Of what was planned without a server. */
export function reportStandAlone({ stack, planned, steps }: StandAlonePlan): PlanReport {
  const { plan, screened, open } = planned;
  const { tool } = open.prepared;
  const origins = new Map(open.prepared.resources.map(({ id, origin }) => [id, origin]));
  return {
    stack: stack.definition.name,
    target: stack.definition.target,
    path: stack.definition.path,
    targetIdentity: plan.targetIdentity,
    digest: screened.digest,
    totals: screened.totals,
    changes: steps.map((change) => {
      const origin = origins.get(change.id);
      const digest = screened.digests.get(change.id);
      return { ...reportChange(change, digest), ...(origin && { origin }) };
    }),
    ...reportRemarks({ ...plan, ...screened, gaps: plan.coverage.gaps }, steps),
    diagnostics: [...open.prepared.diagnostics, ...plan.diagnostics].map(reportDiagnostic),
    ...(tool && { tool }),
  };
}

/** Of a plan that a server keeps. */
export function reportStored(
  record: Plan,
  changes: readonly PlannedChange[],
  { target, path }: { readonly target: string; readonly path: string },
): PlanReport {
  const { stack, targetIdentity, sources, digest, totals, diagnostics, tool, asked } = record;
  return {
    stack,
    target,
    path,
    targetIdentity,
    ...(sources && { sources }),
    digest,
    totals,
    changes: changes.map((one) => reportChange(one.change, one.digest)),
    ...reportRemarks(
      record,
      changes.map(({ change }) => change),
    ),
    ...(asked && { asked }),
    diagnostics: diagnostics.map(reportDiagnostic),
    ...(tool && { tool }),
  };
}

export function reportDiagnostic({
  path,
  origin,
  ...rest
}: Diagnostic & Pick<DiagnosticReport, 'repository'>): DiagnosticReport {
  // The root of the folder is no file that somebody could open.
  const place = origin && origin.file !== '' ? { origin } : {};
  return { ...rest, ...place, path: formatFieldPath(path) };
}

/** `kind/scope/name`, each part escaped as in a URL. */
export function nameOf(id: string): ResourceName {
  const [kind = '', scope = '', name = ''] = id.split('/').map(decodeURIComponent);
  return { id, kind, scope, name };
}

interface Remarks {
  readonly withheld: readonly Withheld[];
  readonly gaps: readonly Gap[];
  readonly foreign: readonly ForeignField[];
  readonly findings: readonly GuardFinding[];
}

function reportRemarks(
  { withheld, gaps, foreign, findings }: Remarks,
  changes: readonly Pick<Change, 'id' | 'fields'>[],
): Pick<PlanReport, 'withheld' | 'gaps' | 'foreign' | 'findings'> {
  // What is put back anyway is not told twice.
  const changed = new Set(
    changes.flatMap(({ id, fields }) => fields.map(({ path }) => `${id} ${formatFieldPath(path)}`)),
  );
  const left = foreign.filter(({ id, path }) => !changed.has(`${id} ${formatFieldPath(path)}`));
  return {
    withheld: withheld.map(({ change, reason }) => ({ ...reportChange(change), reason })),
    gaps: gaps.map(({ subject, extent, message }) => ({
      extent,
      message,
      ...(subject !== undefined && { subject: nameOf(subject) }),
    })),
    foreign: left.map(({ id, path, ...rest }) => ({
      ...nameOf(id),
      path: formatFieldPath(path),
      ...rest,
    })),
    findings,
  };
}

export function reportChange(change: Change, digest?: string): ChangeReport {
  const { id, action, confidence, hazards, cause, reason, fields } = change;
  return {
    ...nameOf(id),
    action,
    confidence,
    hazards,
    ...(cause && { cause }),
    ...(reason !== undefined && { reason }),
    fields: fields.map(reportField),
    ...(digest !== undefined && { digest }),
  };
}

function reportField({ path, ...rest }: FieldChange): FieldReport {
  return { path: formatFieldPath(path), ...rest };
}
