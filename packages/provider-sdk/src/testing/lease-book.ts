import { TransientError } from '@trueup/diagnostics';

import type { LeaseAnswer } from '../lease.ts';

interface HeldLease {
  readonly holder: string;
  readonly since: string;
  readonly lost: AbortController;
}

/** The leases of a target in memory: they do not end by themselves, a test ends them. */
export class LeaseBook {
  readonly #now: () => string;
  readonly #held = new Map<string, HeldLease>();
  #taken = 0;
  #refusal: string | undefined;

  constructor(now: () => string) {
    this.#now = now;
  }

  /** Who holds the lease of this stack. */
  holderOf(stack: string): string | undefined {
    return this.#held.get(stack)?.holder;
  }

  /** How often a lease was taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Ends the lease of a stack; its holder is told. Nothing happens when there is none. */
  lose(stack: string): void {
    const held = this.#held.get(stack);
    this.#held.delete(stack);
    held?.lost.abort(new TransientError('FIXTURE_LEASE_LOST', `${stack}: its lease was lost`));
  }

  /** From now on nobody gets a lease, for this reason. */
  refuse(message: string): void {
    this.#refusal = message;
  }

  /** For the provider. */
  take(stack: string, holder: string): LeaseAnswer {
    if (this.#refusal !== undefined) return { kind: 'unavailable', message: this.#refusal };
    const held = this.#held.get(stack);
    if (held && held.holder !== holder) {
      return { kind: 'held', by: held.holder, since: held.since };
    }
    const lease = { holder, since: held?.since ?? this.#now(), lost: new AbortController() };
    this.#held.set(stack, lease);
    this.#taken += 1;
    return { kind: 'acquired', lease: this.#toLease(stack, lease) };
  }

  #toLease(stack: string, held: HeldLease) {
    return {
      lost: held.lost.signal,
      release: async (): Promise<void> => {
        if (this.#held.get(stack) === held) this.#held.delete(stack);
      },
    };
  }
}
