import type { OpenStack } from '@trueup/engine';
import type { ObservedResource, ResourceId, Survey } from '@trueup/provider-sdk';

export interface ObservedStack {
  readonly ids: readonly ResourceId[];
  /** What exists, and what nobody can tell of just now. */
  readonly observed: ReadonlyMap<ResourceId, ObservedResource>;
}

/**
 * Everything that the stack owns or wants, as it is; one-off jobs are not wanted. By a survey where there is
 * one: a part of the target that is lost does not keep the others from being shown.
 */
export async function observeStack(open: OpenStack, signal: AbortSignal): Promise<ObservedStack> {
  const { provider, target, prepared, seal } = open;
  const lasting = prepared.resources.filter(({ executes }) => executes === undefined);
  const wanted = lasting.map(({ id }) => id);
  const { inventory, observed } = await survey(open, wanted, signal);
  const ids = [...new Set([...wanted, ...inventory])].sort();
  const found = new Map(observed.map((one) => [one.id, one]));
  // A survey may leave out what is there by the files alone.
  const others = ids.filter((id) => !found.has(id));
  const request = { ids: others, prepared };
  const rest = others.length > 0 ? await provider.observe(target, request, { signal, seal }) : [];
  for (const one of rest) found.set(one.id, one);
  return { ids, observed: found };
}

async function survey(
  { provider, target, stack, seal }: OpenStack,
  ids: readonly ResourceId[],
  signal: AbortSignal,
): Promise<Survey> {
  const call = { signal, seal };
  if (provider.survey) return provider.survey(target, { stack, ids }, call);
  return { inventory: await provider.discover(target, stack, call), observed: [] };
}
