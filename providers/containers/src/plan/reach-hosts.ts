import { OperationError } from '@trueup/diagnostics';

import type { Host } from '../client/keep-hosts.ts';
import { translateErrors } from '../translate-errors.ts';

/** Why hosts are out of reach, by name. Empty when all answer. */
export type LostHosts = ReadonlyMap<string, OperationError>;

/** Asks each host for a sign of life, side by side. Rejects with the first failure when `isUsed` holds for lost hosts alone. */
export async function findLostHosts(
  hosts: ReadonlyMap<string, Host>,
  isUsed: (host: string) => boolean,
  signal: AbortSignal,
): Promise<LostHosts> {
  signal.throwIfAborted();
  const asked = [...hosts.values()].map(async ({ name, api }): Promise<LostHost | undefined> => {
    try {
      await translateErrors(name, signal, () => api.ping(signal));
      return undefined;
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return [name, error];
    }
  });
  const lost = new Map((await Promise.all(asked)).filter((one) => one !== undefined));
  const used = [...hosts.keys()].filter(isUsed);
  const [first] = used.flatMap((name) => lost.get(name) ?? []);
  if (first && used.every((name) => lost.has(name))) throw first;
  return lost;
}

type LostHost = readonly [string, OperationError];
