/**
 * Decides which runs are supervised in this process, and when.
 *
 * Q1. One run per stack at a time, the oldest first; a newer one asks it to give way.
 * Q2. A stack's run is supervised under its lease, which is renewed while it works. Who loses it stops
 *     at once.
 * Q3. A run that rests is taken up again when its time has come, when it is woken, or after a restart.
 * Q4. A run that waits for health gives its place to others meanwhile: many may wait, few may work.
 * Q5. A stack's next run begins when the end of the one before is taken up, which is tried until it is.
 */
import { OperationError } from '@trueup/diagnostics';
import {
  isEnded,
  type Lease,
  type Run,
  type RunId,
  type RunPorts,
  superviseRun,
} from '@trueup/engine';

import type { TargetSource } from '../lanes/stack-targets.ts';
import { type Place, TargetLanes } from '../lanes/target-lanes.ts';
import { readAll } from '../paging/read-all.ts';

export interface SchedulerOptions {
  readonly ports: RunPorts;
  /** Names this process; another one may not take a lease from it. */
  readonly holder: string;
  /** How many runs work side by side. */
  readonly parallel: number;
  /** Where a stack goes: targets get their places fairly. */
  readonly targets: TargetSource;
  readonly leaseMs: number;
  /** Called for a run that has ended: again, a while later, when it throws. */
  readonly onEnded: (run: Run) => Promise<void>;
  /** Called when a run waits for people or time, and has changed nothing yet. It must not throw. */
  readonly onResting: (run: Run) => void;
  /** Something is wrong that no run can tell: a bug, or the store. */
  readonly onError: (error: unknown, subject: string) => void;
}

/** What this process knows of one stack's runs. */
interface Line {
  /** The oldest first. */
  readonly runs: RunId[];
  /** While it waits for a place. */
  queued: boolean;
  /** While one of them is supervised. */
  busy: boolean;
  /** Held while it works; given up while it waits for health. */
  place: Place | undefined;
  /** The first of them, while nobody has taken up that it has ended. */
  ended: Run | undefined;
  /** Woken while it was busy: look again afterwards. */
  again: boolean;
  /** Its one run waits, and has changed nothing: the stack is as the run before left it. */
  untouched: boolean;
  timer: NodeJS.Timeout | undefined;
}

export class RunScheduler {
  readonly #options: SchedulerOptions;
  readonly #lines = new Map<string, Line>();
  readonly #lanes: TargetLanes;
  readonly #stopping = new AbortController();
  readonly #working = new Set<Promise<void>>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#lanes = new TargetLanes(options.parallel, () => options.targets.count());
  }

  /** Takes up all runs that have not ended. */
  async start(): Promise<void> {
    const { store } = this.#options.ports;
    const runs = await readAll((page) => store.runs({ ended: false }, page));
    for (const run of runs.toReversed()) this.enqueue(run);
  }

  /** A run that has just been written, or one that an earlier process left. */
  enqueue({ id, stack }: Pick<Run, 'id' | 'stack'>): void {
    const line = this.#lineOf(stack);
    if (!line.runs.includes(id)) line.runs.push(id);
    this.wake(stack);
  }

  /** Something has happened that the stack's run may wait for. */
  wake(stack: string): void {
    const line = this.#lines.get(stack);
    if (!line || this.#stopping.signal.aborted) return;
    clearTimeout(line.timer);
    line.untouched = false;
    if (line.busy) line.again = true;
    else if (!line.queued) this.#track(this.#enter(stack, line));
  }

  /** Whether a run of this stack changes it now, or is about to. */
  isBusy(stack: string): boolean {
    const line = this.#lines.get(stack);
    if (!line || line.untouched) return false;
    return line.runs.some((id) => id !== line.ended?.id);
  }

  /** Aborts what is under way: it is taken up by the next process. */
  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    for (const { timer } of this.#lines.values()) clearTimeout(timer);
    await Promise.all(this.#working);
  }

  #lineOf(stack: string): Line {
    const known = this.#lines.get(stack);
    if (known) return known;
    const idle = { queued: false, busy: false, again: false, untouched: false };
    const nothing = { ended: undefined, place: undefined, timer: undefined };
    const line: Line = { runs: [], ...idle, ...nothing };
    this.#lines.set(stack, line);
    return line;
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#working.delete(tracked));
    this.#working.add(tracked);
  }

  /** Never rejects. */
  async #enter(stack: string, line: Line): Promise<void> {
    line.queued = true;
    const target = this.#options.targets.of(stack);
    const { signal } = this.#stopping;
    const place = await this.#lanes.enter(target, signal).catch(() => undefined);
    line.queued = false;
    if (!place || signal.aborted) return place?.leave(true);
    line.busy = true;
    line.again = false;
    line.place = place;
    await this.#work(stack, line);
  }

  async #work(stack: string, line: Line): Promise<void> {
    let reached = true;
    try {
      const run = line.ended ?? (await this.#superviseFirst(stack, line));
      reached = !(run?.phase.name === 'waiting' && run.phase.for === 'retry');
      if (run) await this.#afterwards(run, line);
    } catch (error) {
      reached = false;
      this.#afterError(error, stack, line);
    } finally {
      line.place?.leave(reached);
      line.place = undefined;
      line.busy = false;
      if (line.runs.length === 0) this.#lines.delete(stack);
      else if (line.again) this.wake(stack);
    }
  }

  /** Q4 */
  #portsFor(stack: string, line: Line): RunPorts {
    const { ports, targets } = this.#options;
    return {
      ...ports,
      awaitHint: async (run, ids, wait) => {
        line.place?.leave(true);
        line.place = undefined;
        await ports.awaitHint(run, ids, wait);
        line.place = await this.#lanes.enter(targets.of(stack), wait.signal);
      },
    };
  }

  async #superviseFirst(stack: string, line: Line): Promise<Run | undefined> {
    const [id] = line.runs;
    if (id === undefined) return undefined;
    const { ports, holder, leaseMs } = this.#options;
    const now = ports.now();
    const times = { now: iso(now), expiresAt: iso(now + leaseMs) };
    const lease = await ports.store.acquireLease({ key: stack, holder, ...times });
    if (!lease) {
      this.#wakeAt(stack, line, now + leaseMs);
      return undefined;
    }
    const lost = new AbortController();
    const renewal = setInterval(() => this.#renew(lease, lost), leaseMs / 3);
    const signal = AbortSignal.any([this.#stopping.signal, lost.signal]);
    try {
      return await superviseRun(id, this.#portsFor(stack, line), { lease, signal });
    } finally {
      clearInterval(renewal);
      await ports.store.releaseLease(lease);
    }
  }

  #renew(lease: Lease, lost: AbortController): void {
    const { ports, leaseMs, onError } = this.#options;
    ports.store.renewLease(lease, iso(ports.now() + leaseMs)).then(
      (held) => {
        if (!held) lost.abort(new LeaseLost(lease.key));
      },
      (error: unknown) => onError(error, lease.key),
    );
  }

  async #afterwards(run: Run, line: Line): Promise<void> {
    if (isEnded(run)) {
      line.ended = run;
      await this.#options.onEnded(run);
      line.ended = undefined;
      line.runs.splice(line.runs.indexOf(run.id), 1);
      line.again = line.runs.length > 0;
      return;
    }
    line.untouched = run.counts.done === 0 && line.runs.length === 1 && !line.again;
    if (line.untouched) this.#options.onResting(run);
    const { phase } = run;
    if (phase.name !== 'waiting' || phase.until === undefined) return;
    this.#wakeAt(run.stack, line, Date.parse(phase.until));
  }

  #wakeAt(stack: string, line: Line, atMs: number): void {
    clearTimeout(line.timer);
    if (this.#stopping.signal.aborted) return;
    const delay = Math.min(Math.max(atMs - this.#options.ports.now(), 0) + 1, longestTimerMs);
    line.timer = setTimeout(() => this.wake(stack), delay);
  }

  #afterError(error: unknown, stack: string, line: Line): void {
    if (this.#stopping.signal.aborted) return;
    const expected = error instanceof LeaseLost || error instanceof OperationError;
    if (!expected) this.#options.onError(error, stack);
    // Whatever it was, the run is in the store, and may fare better in a while.
    this.#wakeAt(stack, line, this.#options.ports.now() + afterErrorMs);
  }
}

/** Node's timers turn around at 2^31 ms; a longer wait is taken in parts. */
const longestTimerMs = 2 ** 31 - 2;
const afterErrorMs = 5000;

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(key: string) {
    super(`${key}: the lease was lost`);
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
