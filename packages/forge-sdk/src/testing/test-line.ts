import type { SendRest } from '../rest/rest-request.ts';
import { FaultClock } from './fault-clock.ts';

/** What `createOutbound` makes, as far as a line needs it. */
export interface LineEnd extends AsyncDisposable {
  readonly request: SendRest;
}

export interface LineOptions {
  readonly addresses: { readonly allowLoopback: true };
  readonly wait: FaultClock['wait'];
  readonly limits?: { readonly timeoutMs: number };
}

/**
 * How adapters under test reach servers on loopback. Opened once for a file of tests: what it needs for
 * encryption takes longer to load than most tests take to run.
 */
export class TestLine<T extends LineEnd> implements AsyncDisposable {
  readonly clock: FaultClock;
  readonly outbound: T;
  /** Gives up after a fraction of a second. */
  readonly hasty: T;

  constructor(create: (options: LineOptions) => T, clock: FaultClock = new FaultClock()) {
    this.clock = clock;
    const addresses = { allowLoopback: true } as const;
    const { wait } = clock;
    this.outbound = create({ addresses, wait });
    this.hasty = create({ addresses, wait, limits: { timeoutMs: 300 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.outbound, this.hasty].map((one) => one[Symbol.asyncDispose]()));
  }
}
