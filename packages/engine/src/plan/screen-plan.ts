/**
 * Decides what of a provider's plan becomes a step, and what a person has to know first.
 *
 * S1. An `execute` is a step only beside another step of its stack, or when its content changed since
 *     it last ran.
 * S2. A protected resource is neither deleted nor replaced without explicit words in Git (P3).
 * S3. Healing only creates and updates.
 * S4. What drifted is a step only where the rule heals; else it is shown, and left.
 * S5. Deletions beyond the limits, and any deletion by an empty render, are findings (P3).
 * S6. What belongs to another stack, or goes to one, is not deleted.
 * S7. Healing stays where the last run was: another place by the same name is for a run that people see.
 */
import type { Action, Change, Plan, ResourceId } from '@trueup/provider-sdk';

import { percentCountsFrom } from '../configuration/configuration.ts';
import type { Purpose } from '../run/run.ts';
import type { Guards, RunRule } from '../run/run-rule.ts';
import {
  type ChangePlace,
  type Digest,
  digestChange,
  digestExecuted,
  digestPlan,
} from './digest.ts';
import type { GuardFinding, PlannedChange, Withheld } from './plan-record.ts';
import { wholeStack } from './seal-desired.ts';

export interface ScreenRequest {
  readonly plan: Plan;
  readonly place: ChangePlace;
  readonly purpose: Purpose;
  readonly rule: Pick<RunRule, 'guards' | 'healsDrift'>;
  /** Seals of what is desired now, by resource; asked for changes only. */
  readonly desired: Pick<ReadonlyMap<ResourceId, string>, 'get'>;
  /** The same of the last run that succeeded; `undefined` before the first one. */
  readonly appliedDesired: Readonly<Record<string, string>> | undefined;
  /** That run brought another place true, of whatever name. False if absent. */
  readonly isMoved?: boolean;
  /** Content digests of what has run. */
  readonly executed: ReadonlyMap<ResourceId, Digest>;
  /** What this very run has executed: it does not do so twice, whatever else it has left to do. */
  readonly executedByRun: ReadonlySet<ResourceId>;
  /** What it began to execute and has no end of: where the target says that it ran, it did. */
  readonly begunByRun: ReadonlySet<ResourceId>;
  /** Resources of other stacks, and why they are left alone. None if absent. */
  readonly elsewhere?: ReadonlyMap<ResourceId, string>;
  /** How many resources the stack owns. */
  readonly owned: number;
}

export interface ScreenedPlan {
  /** All of the plan, with causes; what is withheld stands as `none`. */
  readonly changes: readonly PlannedChange[];
  /** Digest by resource, of the steps only. */
  readonly digests: ReadonlyMap<ResourceId, Digest>;
  readonly digest: Digest;
  readonly totals: Readonly<Record<Action, number>>;
  readonly drifted: number;
  readonly withheld: readonly Withheld[];
  readonly findings: readonly GuardFinding[];
}

export function screenPlan(request: ScreenRequest): ScreenedPlan {
  const { plan, place, rule, purpose } = request;
  const withheld: Withheld[] = [];
  const withCauses = plan.changes.map((change) => withCause(change, request));
  const allowed = withCauses.map((change) => {
    const reason = reasonToWithhold(change, request);
    if (reason === undefined) return change;
    withheld.push({ change, reason });
    return standStill(change);
  });
  const kept = withholdExecutes(allowed, request);
  const changes = kept.map((change): PlannedChange => {
    if (change.action === 'none') return { change };
    return { change, digest: digestChange(place, change) };
  });
  const digests = new Map(
    changes.flatMap(({ change, digest }) => (digest ? [[change.id, digest] as const] : [])),
  );
  const removal = purpose === 'removal';
  return {
    changes,
    digests,
    digest: digestPlan(new Set(digests.values())),
    totals: countActions(kept),
    drifted: kept.filter(({ action, cause }) => action !== 'none' && cause === 'drift').length,
    withheld,
    findings: removal ? [] : findExcesses(kept, request.owned, rule.guards),
  };
}

/**
 * A change is drift when Git asks for the same as it did when the stack was last brought true, and in the
 * same place: a cluster that was made anew left nothing. What leaves no state to compare cannot drift.
 */
function withCause(change: Change, { desired, appliedDesired, isMoved }: ScreenRequest): Change {
  if (change.action === 'none') return change;
  if (change.action === 'execute' || isMoved) return { ...change, cause: 'revision' };
  const isListed =
    desired.get(change.id) !== undefined || appliedDesired?.[change.id] !== undefined;
  const id = isListed ? change.id : wholeStack;
  const before = appliedDesired?.[id];
  const same = before !== undefined && before === desired.get(id);
  return { ...change, cause: same ? 'drift' : 'revision' };
}

function reasonToWithhold(change: Change, request: ScreenRequest): string | undefined {
  const { action, cause, protection, id } = change;
  if (action === 'none') return undefined;
  const owner = action === 'delete' ? request.elsewhere?.get(id) : undefined;
  if (owner !== undefined) return owner;
  if (protection !== undefined && !request.rule.guards.allowsProtected(id)) return protection;
  if (request.purpose === 'heal') return reasonNotToHeal(change, request);
  if (cause === 'drift' && action !== 'execute' && !request.rule.healsDrift) {
    return 'The target drifted here, and the rule does not heal.';
  }
  return undefined;
}

/** S3, S7 */
function reasonNotToHeal({ action }: Change, { isMoved }: ScreenRequest): string | undefined {
  if (!(action === 'create' || action === 'update')) return 'Healing only creates and updates.';
  return isMoved ? 'The target is another one than the stack was brought to.' : undefined;
}

function withholdExecutes(
  changes: readonly Change[],
  { place, executed, executedByRun, begunByRun }: ScreenRequest,
): readonly Change[] {
  const besides = changes.some(({ action }) => action !== 'none' && action !== 'execute');
  return changes.map((change) => {
    if (change.action !== 'execute') return change;
    const known = executed.get(change.id) === digestExecuted(place, change);
    const fresh = !(known || hasRun(change));
    const ours = executedByRun.has(change.id) || (begunByRun.has(change.id) && hasRun(change));
    const sideBySide = besides && change.executes === 'always' && !ours;
    return fresh || sideBySide ? change : standStill(change);
  });
}

/** The target itself may remember what ran last: also for those who have seen nothing of it. */
function hasRun({ fields }: Change): boolean {
  const root = fields.find(({ path }) => path.length === 0);
  return root?.before !== undefined && root.before === root.after;
}

/** The change as one that nobody makes. */
export function standStill({ id, confidence, position, dependsOn, version }: Change): Change {
  const rest = { id, confidence, position, dependsOn, fields: [], hazards: [] };
  return { ...rest, action: 'none', ...(version !== undefined && { version }) };
}

/** S5 */
export function findExcesses(
  changes: readonly Change[],
  owned: number,
  { maxDeletions, maxDeletionsPercent }: Omit<Guards, 'allowsProtected'>,
): readonly GuardFinding[] {
  const deletions = changes.filter(({ action }) => action === 'delete').length;
  if (deletions === 0) return [];
  const findings: GuardFinding[] = [];
  const add = (guard: string, message: string): void => {
    findings.push({ guard, severity: 'error', message });
  };
  if (changes.every(({ action }) => action === 'delete')) {
    add('empty-render', `Nothing is desired any more, so all ${deletions} resources would go.`);
  }
  if (deletions > maxDeletions) {
    add('max-deletions', `${deletions} resources would be deleted, ${maxDeletions} are allowed.`);
  }
  const percent = Math.round((deletions / Math.max(owned, 1)) * 100);
  if (owned >= percentCountsFrom && percent > maxDeletionsPercent) {
    const share = `${deletions} of ${owned} resources (${percent} %)`;
    add(
      'max-deletions-percent',
      `${share} would be deleted, ${maxDeletionsPercent} % are allowed.`,
    );
  }
  return findings;
}

export function countActions(changes: readonly Change[]): Readonly<Record<Action, number>> {
  const totals: Record<Action, number> = {
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    'take-over': 0,
    execute: 0,
    none: 0,
  };
  for (const { action } of changes) totals[action] += 1;
  return totals;
}
