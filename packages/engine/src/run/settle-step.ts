import { StalledError } from '@trueup/diagnostics';
import type { Action, Health, HealthStatus, ResourceId } from '@trueup/provider-sdk';
import { lastingResources } from '../plan/lasting-resources.ts';
import { sealDesired } from '../plan/seal-desired.ts';
import type { StackRecord } from '../stack/stack-record.ts';
import type { Write } from '../store/store.ts';
import { formatInstant } from './format-instant.ts';
import type { Run } from './run.ts';
import { type OpenStack, observe, type RunPorts } from './run-ports.ts';
import { moveTo, type PlannedRun, type StepContext, type StepResult } from './run-session.ts';

/** Hints may be missed: so often the target is looked at all the same. */
const longestBlindMs = 30_000;

/** Waits until what the next wave builds on is healthy. */
export async function settleStep(
  run: Run,
  wave: number,
  context: StepContext,
): Promise<StepResult> {
  const { planned } = context;
  if (!planned) return planAgain(run, context);
  const awaits = withState(planned.waves[wave]?.awaits ?? [], planned);
  const interrupted = await awaitHealthy(run, awaits, { ...context, planned });
  if (interrupted) return { run, writes: [], planned };
  return moveTo(run, { name: 'applying', wave }, context);
}

/** Waits until all that this run did is healthy, then records what the stack now is. */
export async function verifyStep(run: Run, context: StepContext): Promise<StepResult> {
  const { planned, ports } = context;
  if (!planned) return planAgain(run, context);
  const touched = await idsBegun(run, ports);
  const awaited = withState(touched, planned);
  const interrupted = await awaitHealthy(run, awaited, { ...context, planned });
  if (interrupted) return { run, writes: [], planned };

  const extent = touched.length === 0 ? 'nothing' : 'all';
  const record = await ports.store.stack(run.stack);
  const writes = record ? recordSuccess(run, record, { ...context, planned }) : [];
  return moveTo(run, { name: 'succeeded', extent }, context, writes);
}

/** What is desired and can be looked at: an `execute` that is done has ended, and left nothing. */
function withState(ids: readonly ResourceId[], { open }: PlannedRun): readonly ResourceId[] {
  const kept = new Set(lastingResources(open.prepared).map(({ id }) => id));
  return ids.filter((id) => kept.has(id));
}

export function planAgain(run: Run, context: StepContext): StepResult {
  return moveTo(run, { name: 'planning' }, { ...context, planned: undefined });
}

async function idsBegun(run: Run, { store }: RunPorts): Promise<readonly ResourceId[]> {
  const entries = await store.journal(run.id);
  const ids = entries.flatMap(({ entry }) =>
    entry.kind === 'begun' ? entry.steps.map(({ id }) => id) : [],
  );
  return [...new Set(ids)];
}

type Succeeding = StepContext & { readonly planned: PlannedRun };

/** What the stack now is: the base of drift, of healing, and of the next plan's causes. */
function recordSuccess(
  run: Run,
  record: StackRecord,
  { planned, ports, hold }: Succeeding,
): readonly Write[] {
  const { open, plan, claims } = planned;
  // What leaves stays ours in the books until the other stack takes it.
  const inventory = planned.inventory.filter((id) => !claims.lost.has(id));
  const desired = new Set(open.prepared.resources.map(({ id }) => id));
  const lasting = withState([...desired], planned);
  const withheld = new Set(planned.screened.withheld.map((one) => one.change.id));
  const described = new Set(
    plan.changes.filter(({ action }) => isThere(action)).map(({ id }) => id),
  );
  const known = desired.union(withheld).union(described);
  const removed = inventory.filter((id) => !known.has(id));
  // All of it, also where there was nothing to do: marks may have told of what no store knew.
  const owned = new Set([...lasting, ...inventory]).difference(new Set(removed));
  const { targetIdentity } = plan;
  const applied = {
    revision: run.revision,
    run: run.id,
    at: formatInstant(ports.now()),
    targetIdentity,
    render: open.render,
    desired: Object.fromEntries(sealDesired(open)),
  };
  const stays = withheld.difference(claims.lost).difference(claims.leaving);
  const gone = run.purpose === 'removal' && stays.size === 0;
  const standing = gone ? 'removed' : record.standing;
  const resourceCount = owned.size;
  const diagnostics = [...open.prepared.diagnostics, ...hold.diagnostics];
  const change = { applied, health: 'current', standing, resourceCount, diagnostics } as const;
  return [
    { kind: 'stack-changed', id: record.id, change },
    { kind: 'inventory', stack: run.stack, targetIdentity, added: [...owned], removed },
  ];
}

/** Only the tool knows how many of something a `count` makes: what it plans for is described. */
function isThere(action: Action): boolean {
  return action !== 'delete' && action !== 'execute';
}

/**
 * Returns true when the run was asked for something in the meantime.
 *
 * @throws StalledError `RUN_UNHEALTHY` for what failed, `RUN_HEALTH_TIMEOUT` for what takes too long.
 */
async function awaitHealthy(
  run: Run,
  ids: readonly ResourceId[],
  context: StepContext & { readonly planned: PlannedRun },
): Promise<boolean> {
  const { ports, planned, signal } = context;
  const { open } = planned;
  const deadline = ports.now() + open.rule.healthTimeoutMs;
  for (;;) {
    const waitingFor = await findUnhealthy(open, ids, signal);
    refuseFailed(run, waitingFor);
    if (waitingFor.length === 0) return false;
    if (await ports.store.runRequest(run.id)) return true;

    const left = deadline - ports.now();
    if (left <= 0) throw tookTooLong(run, waitingFor, open);
    ports.report(run, { kind: 'health', waitingFor });
    const wait = { open, timeoutMs: Math.min(left, longestBlindMs), signal };
    await ports.awaitHint(
      run.id,
      waitingFor.map(({ id }) => id),
      wait,
    );
  }
}

interface Unhealthy {
  readonly id: ResourceId;
  readonly status: HealthStatus;
  readonly message: string;
}

async function findUnhealthy(
  open: OpenStack,
  ids: readonly ResourceId[],
  signal: AbortSignal,
): Promise<readonly Unhealthy[]> {
  const observed = await observe(open, ids, signal);
  return ids.flatMap((id): readonly Unhealthy[] => {
    const { status, message }: Health = open.provider.assess(observed.get(id));
    return status === 'current' ? [] : [{ id, status, message }];
  });
}

function refuseFailed(run: Run, unhealthy: readonly Unhealthy[]): void {
  const failed = unhealthy.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (!first) return;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  const message = `${run.stack}: ${first.id} failed: ${first.message}${more}`;
  throw new StalledError('RUN_UNHEALTHY', message, first.id);
}

function tookTooLong(run: Run, unhealthy: readonly Unhealthy[], { rule }: OpenStack): StalledError {
  const seconds = Math.round(rule.healthTimeoutMs / 1000);
  const [first] = unhealthy;
  const which = `${first?.id}${unhealthy.length > 1 ? ` and ${unhealthy.length - 1} more` : ''}`;
  const message = `${run.stack}: ${which} not healthy after ${seconds} s: ${first?.message}`;
  return new StalledError('RUN_HEALTH_TIMEOUT', message, first?.id);
}
