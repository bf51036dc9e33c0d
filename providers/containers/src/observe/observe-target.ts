import { OperationError } from '@trueup/diagnostics';
import {
  type ObservedResource,
  parseResourceId,
  type ResourceId,
  type Stack,
  type Survey,
  type SurveyRequest,
} from '@trueup/provider-sdk';

import type { Host } from '../client/keep-hosts.ts';
import { ownersOf } from '../marks/marks.ts';
import { type Look, type LookContext, observeHost } from './observe-host.ts';

/** Of what lies on a host that gave no answer: it is not absent, nobody knows. */
export const unreachableKind = 'Unreachable';

/**
 * Looks at the hosts that the ids name, side by side. What lies on a host that cannot be
 * reached, or does not let us in, is answered as such, as long as another host can.
 */
export async function observeIds(
  hosts: ReadonlyMap<string, Host>,
  ids: readonly ResourceId[],
  context: LookContext,
): Promise<readonly ObservedResource[]> {
  context.signal.throwIfAborted();
  const wanted = new Set(ids);
  const scopes = new Set(ids.map((id) => parseResourceId(id).scope));
  const asked = [...hosts.values()].filter(({ name }) => scopes.has(name));
  const kinds = new Set(ids.map((id) => parseResourceId(id).kind));
  return lookSideBySide(asked, { ids, kinds, isWanted: (id) => wanted.has(id) }, context);
}

interface LookAt extends Omit<Look, 'host'> {
  readonly ids: readonly ResourceId[];
}

async function lookSideBySide(
  hosts: readonly Host[],
  { ids, ...look }: LookAt,
  context: LookContext,
): Promise<readonly ObservedResource[]> {
  const answers = await Promise.allSettled(
    hosts.map((host) => observeHost({ host, ...look }, context)),
  );
  context.signal.throwIfAborted();
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed && !answers.some(({ status }) => status === 'fulfilled')) throw failed.reason;
  return answers.flatMap((answer, index) => {
    if (answer.status === 'fulfilled') return answer.value;
    if (!(answer.reason instanceof OperationError)) throw answer.reason;
    const lost = hosts[index]?.name;
    return ids
      .filter((id) => parseResourceId(id).scope === lost)
      .map((id) => unreachable(id, context));
  });
}

function unreachable(id: ResourceId, { now }: LookContext): ObservedResource {
  const body = { kind: unreachableKind };
  return { id, body, version: 'unreachable', observedAt: now().toISOString() };
}

/** What bears the mark of the stack. Every host has to answer: what is not found is taken for lost. */
export async function discoverOwned(
  hosts: ReadonlyMap<string, Host>,
  stack: Stack,
  context: LookContext,
): Promise<readonly ResourceId[]> {
  context.signal.throwIfAborted();
  const { owned, isWanted } = ownedBy(stack, []);
  await Promise.all([...hosts.values()].map((host) => observeHost({ host, isWanted }, context)));
  return [...owned].sort();
}

/**
 * What the stack owns, and how that and `ids` are, by one look at each host. What it owns on a host that
 * cannot be reached is left out: nothing is planned for it, and the plan says so.
 */
export async function surveyStack(
  hosts: ReadonlyMap<string, Host>,
  { stack, ids }: SurveyRequest,
  context: LookContext,
): Promise<Survey> {
  context.signal.throwIfAborted();
  const { owned, isWanted } = ownedBy(stack, ids);
  const observed = await lookSideBySide([...hosts.values()], { ids, isWanted }, context);
  const inventory = observed.map(({ id }) => id).filter((id) => owned.has(id));
  return { inventory, observed };
}

/** Fills `owned` while hosts are looked at. */
function ownedBy(
  stack: Stack,
  ids: readonly ResourceId[],
): { readonly owned: ReadonlySet<ResourceId>; readonly isWanted: Look['isWanted'] } {
  const owners = new Set(ownersOf(stack));
  const asked = new Set(ids);
  const owned = new Set<ResourceId>();
  return {
    owned,
    isWanted(id, owner) {
      if (owner !== undefined && owners.has(owner)) owned.add(id);
      return owned.has(id) || asked.has(id);
    },
  };
}
