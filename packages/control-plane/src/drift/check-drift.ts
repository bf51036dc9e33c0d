/**
 * Looks at a stack that nobody is changing: what of it left what its last succeeded run had brought
 * about, and how healthy it is. Where the target has a watch, a look that finds nothing sends no
 * request (P7).
 */
import {
  compareDrift,
  type DriftItem,
  lastingResources,
  type OpenStack,
  parseStackId,
  type StackRecord,
  type Store,
  screenPlan,
  sealDesired,
  type Write,
} from '@trueup/engine';
import type { Change, HealthStatus, ObservedResource, ResourceId } from '@trueup/provider-sdk';

import { readAll } from '../paging/read-all.ts';
import { openDrift } from './open-drift.ts';

export interface DriftCheck {
  readonly record: StackRecord & { readonly applied: NonNullable<StackRecord['applied']> };
  readonly open: OpenStack;
  readonly store: Store;
  readonly at: string;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

export interface DriftFound {
  /** What would bring the stack back; empty when it is as it should be. */
  readonly steps: readonly Change[];
  /** Those that healing may take. */
  readonly healable: readonly Change[];
  readonly writes: readonly Write[];
  readonly observed: readonly ObservedResource[];
}

export async function checkDrift(check: DriftCheck): Promise<DriftFound> {
  const { record, open, store, signal } = check;
  const call = { signal, seal: open.seal };
  const inventory = await store.inventory(record.id);
  const desired = open.prepared.resources.map(({ id }) => id);
  const ids = [...new Set([...desired, ...inventory])];
  const observed = await open.provider.observe(open.target, { ids, prepared: open.prepared }, call);
  const executed = await store.executed(record.id);
  const plan = await open.provider.plan(
    open.target,
    {
      stack: open.stack,
      prepared: open.prepared,
      observed,
      // What Git no longer asks for is a run's business: drift deletes nothing (P3).
      inventory: desired,
      foreign: open.rule.foreign,
      executed: [...executed.keys()],
    },
    call,
  );
  const screened = screenPlan({
    plan,
    place: { repository: record.repository, targetIdentity: plan.targetIdentity },
    purpose: 'heal',
    rule: open.rule,
    desired: sealDesired(open),
    appliedDesired: record.applied.desired,
    isMoved: plan.targetIdentity !== record.applied.targetIdentity,
    executed,
    executedByRun: new Set(),
    begunByRun: new Set(),
    owned: inventory.length,
  });
  const healable = screened.changes.map(({ change }) => change).filter(isStep);
  const withheld = screened.withheld.map(({ change }) => change).filter(isStep);
  const steps = [...healable, ...withheld].filter(({ action }) => action !== 'execute');
  const known = await openDrift(record.id, store);
  const drifting = new Set(steps.map(({ id }) => id));
  // Nobody looks while a run is at work: what still differs was not healed by the last one.
  const unhealed = known
    .filter(({ state, resource }) => state === 'healing' && drifting.has(resource))
    .map((item): DriftItem => ({ ...item, state: 'open' }));
  const reopened = new Map(unhealed.map((item) => [item.id, item]));
  const items = compareDrift({
    stack: record.id,
    known: known.map((item) => reopened.get(item.id) ?? item),
    steps,
    desired: new Set(desired),
    adopted: await findAdopted(known, drifting, check),
    at: check.at,
    newId: check.newId,
  });
  const health = worstHealth(open, observed);
  return {
    observed,
    steps,
    healable: healable.filter(({ action }) => action === 'create' || action === 'update'),
    writes: [
      ...unhealed.map((item): Write => ({ kind: 'drift', item })),
      ...items.flatMap((item) => tell(item, check)),
      ...noteHealth(check, health),
    ],
  };
}

/**
 * What a run that came since brought true without writing to it: Git asks for what was there. Read only
 * where something closes.
 */
async function findAdopted(
  known: readonly DriftItem[],
  drifting: ReadonlySet<ResourceId>,
  { record: { applied }, store }: DriftCheck,
): Promise<ReadonlySet<ResourceId>> {
  const closing = known.filter(
    ({ resource, changedAt }) => !drifting.has(resource) && changedAt <= applied.at,
  );
  if (closing.length === 0) return new Set();
  const run = await store.run(applied.run);
  const begun = (await store.journal(applied.run)).flatMap(({ entry }) =>
    entry.kind === 'begun' ? entry.steps.map(({ id }) => id) : [],
  );
  const { plan } = run ?? {};
  const planned =
    plan && begun.length > 0 ? await readAll((page) => store.planChanges(plan.id, page)) : [];
  // To become the owner of what is there already changes no field.
  const changed = new Set(
    planned.filter(({ change }) => change.fields.length > 0).map(({ change }) => change.id),
  );
  const written = new Set(begun.filter((id) => changed.has(id)));
  return new Set(closing.map(({ resource }) => resource).filter((id) => !written.has(id)));
}

function isStep({ action }: Change): boolean {
  return action !== 'none';
}

function tell(item: DriftItem, { at, record }: DriftCheck): readonly Write[] {
  const phase = item.state === 'closed' ? 'closed' : 'opened';
  const type = item.state === 'open' && item.changedAt !== item.openedAt ? 'changed' : phase;
  const { repository } = parseStackId(record.id);
  const body = {
    item: item.id,
    resource: item.resource,
    action: item.change.action,
    ...(item.closedBy && { closedBy: item.closedBy }),
  };
  const event = { at, type: `drift:${type}`, repository, stack: record.id, body };
  return [
    { kind: 'drift', item },
    { kind: 'event', event },
  ];
}

function noteHealth({ record, at }: DriftCheck, health: HealthStatus): readonly Write[] {
  if (record.health === health) return [];
  const { repository } = parseStackId(record.id);
  const body = { before: record.health, after: health };
  return [
    { kind: 'stack-changed', id: record.id, change: { health } },
    { kind: 'event', event: { at, type: 'health:changed', repository, stack: record.id, body } },
  ];
}

/** From the worst to the best. */
const severity: readonly HealthStatus[] = [
  'failed',
  'not-found',
  'terminating',
  'in-progress',
  'unknown',
  'current',
];

function worstHealth(open: OpenStack, observed: readonly ObservedResource[]): HealthStatus {
  const byId = new Map(observed.map((one) => [one.id, one]));
  const lasting = lastingResources(open.prepared);
  const found = new Set(lasting.map(({ id }) => open.provider.assess(byId.get(id)).status));
  return severity.find((status) => found.has(status)) ?? 'current';
}
