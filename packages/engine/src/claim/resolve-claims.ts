/**
 * A resource belongs to one stack. Decides what a plan may do about resources that other stacks own,
 * or ask for.
 *
 * C1. What another stack owns and asks for is refused, with the names of both: whoever had it first
 *     keeps it, so that nothing goes back and forth.
 * C2. What another stack owns and no longer asks for goes over without being deleted, whichever of the
 *     two is planned first: the one does not delete what the other asks for, and that one takes it.
 * C3. Only what is certain counts: a stack that cannot be rendered lets nothing go, and asks for nothing.
 */
import type { Diagnostic } from '@trueup/diagnostics';
import type { DesiredResource, Plan, ResourceId } from '@trueup/provider-sdk';

import { lastingResources } from '../plan/lasting-resources.ts';
import type { Run } from '../run/run.ts';
import type { OpenStack } from '../run/run-ports.ts';
import type { StackId } from '../stack/stack-record.ts';
import type { Store } from '../store/store.ts';
import { type Claims, noClaims, type OtherStacks } from './claims.ts';

export interface ClaimRequest {
  readonly run: Run;
  readonly open: OpenStack;
  readonly store: Pick<Store, 'owners'>;
  readonly others: OtherStacks;
  readonly signal: AbortSignal;
}

/** `inventory`: what the stack owns, as far as was known when it was planned. */
export async function resolveClaims(
  plan: Plan,
  inventory: readonly ResourceId[],
  request: ClaimRequest,
): Promise<Claims> {
  const { run, open, store, others, signal } = request;
  const desired = new Map(lastingResources(open.prepared).map((one) => [one.id, one]));
  const ids = [...new Set([...desired.keys(), ...inventory])];
  const { targetIdentity } = plan;
  const owners = await store.owners(ids, { targetIdentity, except: run.stack });
  const deleted = plan.changes.flatMap(({ id, action }) => (action === 'delete' ? id : []));
  const ours = deleted.filter((id) => !owners.has(id));
  const leaving =
    ours.length > 0 && run.purpose !== 'heal'
      ? await others.claimants(run, ours, signal)
      : noClaims.leaving;
  const settled = owners.size > 0 ? await settle(desired, owners, request) : noClaims;
  const lost = new Map([...owners].filter(([id]) => !desired.has(id)));
  return { ...settled, lost, leaving };
}

async function settle(
  desired: ReadonlyMap<ResourceId, DesiredResource>,
  owners: ReadonlyMap<ResourceId, StackId>,
  { run, others, signal }: ClaimRequest,
): Promise<Omit<Claims, 'lost' | 'leaving'>> {
  const claimed = [...owners].filter(([id]) => desired.has(id));
  const taken = new Map<ResourceId, StackId>();
  const marks: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [owner, pairs] of Map.groupBy(claimed, ([, stack]) => stack)) {
    const ids = pairs.map(([id]) => id);
    const letting = await others.letsGo(owner, ids, signal);
    // Also where it lets nothing go: the provider need not complain about the same once more.
    marks.push(...letting.marks);
    for (const id of ids) {
      if (letting.ids.has(id)) taken.set(id, owner);
      else diagnostics.push(complain(run.stack, owner, desired.get(id)));
    }
  }
  return { taken, marks, diagnostics };
}

function complain(
  stack: StackId,
  owner: StackId,
  desired: DesiredResource | undefined,
): Diagnostic {
  return {
    severity: 'error',
    code: 'STACK_RESOURCE_CLAIMED',
    path: [],
    ...(desired?.origin && { origin: desired.origin }),
    summary: `${stack}: asks for ${desired?.id}, which belongs to ${owner}`,
    advice: `Leave it to one of them. It moves when one revision takes it out of ${owner} and puts it into ${stack}.`,
  };
}
