import { OperationError, TransientError } from '@trueup/diagnostics';

import type { Host } from '../client/keep-hosts.ts';
import { translateErrors } from '../translate-errors.ts';

/**
 * Who the hosts are by their own account; `undefined` of one that cannot be reached just now. Rejects
 * when none can.
 */
export async function identifyHosts(
  hosts: ReadonlyMap<string, Host>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string | undefined>> {
  signal.throwIfAborted();
  const answers = await Promise.all(
    [...hosts.values()].map(async ({ name, api }) => {
      try {
        const { identity } = await translateErrors(name, signal, () => api.identify(signal));
        return { name, identity };
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        return { name, error };
      }
    }),
  );
  const [failure] = answers.flatMap(({ error }) => error ?? []);
  const isLost = answers.every(({ identity }) => identity === undefined);
  if (isLost && failure instanceof OperationError) throw failure;
  return new Map(answers.map(({ name, identity }) => [name, identity]));
}
