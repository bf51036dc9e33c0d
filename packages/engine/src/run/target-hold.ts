/**
 * Holds a stack's lease in its target while a run writes there: the store keeps two runs of one
 * installation apart, and nothing else would keep two installations apart.
 *
 * L1. It is taken after planning, so that a run with nothing to do asks for none. What happened between
 *     the plan and the lease is told by the writes' preconditions.
 * L2. Who finds it held waits, and says for whom; it does not count as a failure.
 * L3. Who loses it stops writing at once, and plans again.
 */
import type { Diagnostic } from '@trueup/diagnostics';
import type { TargetLease } from '@trueup/provider-sdk';

import { formatInstant } from './format-instant.ts';
import type { Phase, Run } from './run.ts';
import { callOf, type OpenStack, type RunPorts } from './run-ports.ts';

type Waiting = Extract<Phase, { readonly name: 'waiting' }>;

export class TargetHold {
  readonly #ports: Pick<RunPorts, 'holder' | 'now' | 'random'>;
  #lease: TargetLease | undefined;
  #releasing: Promise<void> = Promise.resolve();
  #warning: Diagnostic | undefined;

  constructor(ports: Pick<RunPorts, 'holder' | 'now' | 'random'>) {
    this.#ports = ports;
  }

  /** Aborts when the lease may be lost. Absent while none is held. */
  get lost(): AbortSignal | undefined {
    return this.#lease?.lost;
  }

  /** What its owner should know of this target. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#warning ? [this.#warning] : [];
  }

  /** Answers with the phase in which to wait while somebody else holds it. */
  async take(run: Run, open: OpenStack, signal: AbortSignal): Promise<Waiting | undefined> {
    if (this.#lease && !this.#lease.lost.aborted) return undefined;
    await this.release();
    const { provider, target, stack } = open;
    const request = { stack, holder: this.#ports.holder };
    const answer = await provider.acquireLease?.(target, request, callOf(open, signal));
    if (answer?.kind === 'held') return this.#wait(run, answer);
    if (answer?.kind === 'acquired') this.#lease = answer.lease;
    if (answer?.kind === 'unavailable') this.#warning = warn(run, target.name, answer.message);
    return undefined;
  }

  /** Returns when it is given up. Nothing happens when none is held. */
  release(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease) this.#releasing = lease.release();
    return this.#releasing;
  }

  /** The longer somebody has been at work, the less another look matters. */
  #wait({ stack }: Run, { by, since }: { readonly by: string; readonly since: string }): Waiting {
    const { now, random } = this.#ports;
    const heldMs = Math.max(now() - Date.parse(since), 0);
    const pauseMs = Math.min(Math.max(heldMs / 4, shortestPauseMs), longestPauseMs);
    const until = formatInstant(now() + pauseMs * (0.75 + random() / 2));
    const message = `${stack}: held by ${by} since ${since}, who is at work on it in the target.`;
    return { name: 'waiting', for: 'lock', until, message };
  }
}

const shortestPauseMs = 1000;
const longestPauseMs = 30_000;

function warn({ stack }: Run, target: string, why: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'RUN_WITHOUT_LEASE',
    path: [],
    summary: `${stack}: applied without a lease in target ${target}: ${why}`,
    advice: 'Let Trueup write leases there, so that no other installation applies the same stack.',
  };
}
