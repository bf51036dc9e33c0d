/**
 * What stacks give to others, from one look for all who ask. Where a target cannot be watched, a look is a run of its
 * tool: of a playbook that takes minutes, and ten stacks that take its outputs would run it ten times.
 *
 * O1. What is given was seen after the stack's last run, and no longer than an interval ago: by whoever looked.
 * O2. Of those who ask at the same time one looks, and the others wait for that.
 */
import type { StackId } from '@trueup/engine';
import type { Inputs } from '@trueup/provider-sdk';

export interface SharedOutputsOptions {
  readonly intervalMs: number;
  readonly now: () => number;
}

export interface OutputsRequest {
  readonly stack: StackId;
  /** That has last succeeded. */
  readonly run: string;
  readonly signal: AbortSignal;
}

export class SharedOutputs {
  readonly #options: SharedOutputsOptions;
  readonly #seen = new Map<StackId, Seen>();
  readonly #looks = new Map<StackId, Promise<void>>();

  constructor(options: SharedOutputsOptions) {
    this.#options = options;
  }

  /** Rejects as the look of whoever asks does: the failure of another one is not passed on. */
  async read(request: OutputsRequest, look: () => Promise<Inputs>): Promise<Inputs> {
    const { stack, run, signal } = request;
    for (;;) {
      const seen = this.#fresh(stack, run);
      if (seen) return seen;
      const other = this.#looks.get(stack);
      if (!other) break;
      await orAborted(other, signal);
    }
    return this.during(stack, async () => {
      const outputs = await look();
      this.note(stack, run, outputs);
      return outputs;
    });
  }

  /** A look that others wait for, since it may end in a note. */
  async during<T>(stack: StackId, look: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#looks.set(stack, promise);
    try {
      return await look();
    } finally {
      if (this.#looks.get(stack) === promise) this.#looks.delete(stack);
      resolve();
    }
  }

  /** Somebody has just looked. */
  note(stack: StackId, run: string, outputs: Inputs): void {
    this.#seen.set(stack, { run, outputs, at: this.#options.now() });
  }

  forget(stack: StackId): void {
    this.#seen.delete(stack);
  }

  #fresh(stack: StackId, run: string): Inputs | undefined {
    const seen = this.#seen.get(stack);
    const { intervalMs, now } = this.#options;
    return seen?.run === run && now() - seen.at < intervalMs ? seen.outputs : undefined;
  }
}

interface Seen {
  readonly run: string;
  readonly outputs: Inputs;
  readonly at: number;
}

async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
