/**
 * Finds out whether the store takes writes: one on a disk that is full, or has become read-only, goes
 * on answering reads.
 *
 * What was found counts for some seconds, so that whoever probes often costs little; one write at a
 * time is under way, and nobody waits for it longer than a probe does.
 */
import { OperationError } from '@trueup/diagnostics';
import type { Store } from '@trueup/engine';

export interface WriteCheckPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  readonly onError: (error: unknown, subject: string) => void;
  /** How long an answer is waited for. Below what probes of Kubernetes wait (1 s) if absent. */
  readonly patienceMs?: number;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** How long an answer counts. Below the interval of usual probes (10 s), so that each finds out anew. */
const freshMs = 5000;
const usualPatienceMs = 900;

export function createWriteCheck(ports: WriteCheckPorts): () => Promise<Readiness> {
  let last: { readonly at: number; readonly found: Promise<Readiness> } | undefined;
  let underWay = false;
  return () => {
    const at = ports.now();
    if (!last || (!underWay && at - last.at >= freshMs)) {
      underWay = true;
      const found = write(ports).finally(() => {
        underWay = false;
      });
      last = { at, found };
    }
    return within(ports.patienceMs ?? usualPatienceMs, last.found);
  };
}

async function write({ store, newId, onError }: WriteCheckPorts): Promise<Readiness> {
  try {
    // Another value each time: the same one would not reach the disk.
    await store.commit([{ kind: 'setting', name: 'write-check', value: newId() }]);
    return { ready: true };
  } catch (error) {
    onError(error, 'store');
    const code = error instanceof OperationError ? error.code : 'INTERNAL';
    return { ready: false, reason: `the store takes no writes (${code})` };
  }
}

async function within(patienceMs: number, found: Promise<Readiness>): Promise<Readiness> {
  const { promise: late, resolve } = Promise.withResolvers<Readiness>();
  const reason = 'the store does not answer in time';
  const timer = setTimeout(() => resolve({ ready: false, reason }), patienceMs);
  try {
    return await Promise.race([found, late]);
  } finally {
    clearTimeout(timer);
  }
}
