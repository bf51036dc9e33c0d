/** Whose logs are meant, and how they are read. */
import type { ApiClient, LogQuery, OffspringNode, StackView } from '@trueup/api';

import { nameOf } from '../report/plan-report.ts';
import { matchesWanted, refuseUnknown, wantedBy } from '../stand-alone/find-resource.ts';
import { mapBounded } from '../stand-alone/map-bounded.ts';
import { UsageError } from '../usage-error.ts';
import { findStacks, paramsOf } from './find-stacks.ts';
import { isRefusal } from './refusal.ts';

export interface LoggedResource {
  readonly stack: StackView;
  readonly id: string;
  readonly name: string;
}

/** More side by side nobody can read. */
const mostLogs = 10;

/**
 * What is named, or, where it brought others about, the last ones of these: they are what runs.
 *
 * @throws UsageError when there is none, or too many.
 */
export async function findLogs(
  client: ApiClient,
  text: string,
  names: readonly string[] | undefined,
): Promise<readonly LoggedResource[]> {
  const wanted = wantedBy(text);
  const stacks = (await findStacks(client, names)).filter(({ applied }) => applied);
  if (stacks.length === 0)
    throw new UsageError('Nothing was ever applied there: there are no logs.');
  const found = await mapBounded(stacks, 4, async (stack) => {
    const [own, offspring] = await Promise.all([
      client.resources({ params: paramsOf(stack) }),
      client.offspring({ params: paramsOf(stack) }),
    ]);
    const ids = [...own.items, ...offspring.items].map(({ id }) => id);
    const named = [...new Set(ids)].filter((id) => matchesWanted(id, wanted));
    const last = new Set(named.flatMap((id) => lastOf(id, offspring.items)));
    return { ids, logged: [...last].map((id) => ({ stack, id, name: nameOf(id).name })) };
  });
  const logged: readonly LoggedResource[] = found.flatMap((one) => one.logged);
  if (logged.length === 0)
    return refuseUnknown(
      text,
      found.flatMap(({ ids }) => ids),
    );
  if (logged.length <= mostLogs) return logged;
  const first = logged.slice(0, mostLogs).map(({ id }) => `  ${id}`);
  throw new UsageError(
    `${text}: these are ${logged.length} logs. Name one of them:\n${first.join('\n')}\n  …`,
  );
}

/** Those below that brought about nothing themselves. */
export function lastOf(
  id: string,
  offspring: readonly Pick<OffspringNode, 'id' | 'parent'>[],
): readonly string[] {
  const seen = new Set<string>();
  const last: string[] = [];
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    // Whatever a target says: nobody descends from themselves.
    if (seen.has(next)) continue;
    seen.add(next);
    const parent = next;
    const below = offspring.filter((node) => node.parent === parent);
    if (below.length === 0) last.push(next);
    else open.push(...below.map((node) => node.id));
  }
  return last.reverse();
}

export interface ReadingLog {
  readonly request: Omit<LogQuery, 'resource'>;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  readonly onLine: (text: string) => void;
}

/** Whether there was anything. What has no log has written nothing: a ReplicaSet, an EndpointSlice. */
export async function readLog(
  client: ApiClient,
  { stack, id }: LoggedResource,
  { request, signal, onLine }: ReadingLog,
): Promise<boolean> {
  let any = false;
  try {
    const query = { ...request, resource: id };
    for await (const text of client.logs({ params: paramsOf(stack), query, signal })) {
      any = true;
      onLine(text);
    }
  } catch (error) {
    if (!isRefusal(error, /_NO_LOGS$/)) throw error;
  }
  return any;
}
