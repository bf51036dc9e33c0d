import { isEnded, type Run, type Write } from '@trueup/engine';

import type { Wiring } from './wiring.ts';

/** Tells the parts what was written that concerns them, and counts it. */
export class WrittenNews {
  readonly #plane: Wiring;
  /** Batches. */
  commits = 0;
  /** Runs, by how they ended. */
  readonly ended: Record<string, number> = {};

  constructor(plane: Wiring) {
    this.#plane = plane;
  }

  note(writes: readonly Write[]): void {
    const { alerts, targets, feed } = this.#plane;
    this.commits += 1;
    alerts?.noteWrites(writes);
    targets.noteWrites(writes);
    if (writes.some(({ kind }) => kind === 'event')) feed.notify();
    for (const write of writes) this.#noteWrite(write);
  }

  #noteWrite(write: Write): void {
    if (write.kind === 'request' && write.request) this.#wake(write.run);
    if (write.kind === 'run' && isEnded(write.run)) this.#countEnd(write.run);
    if (write.kind === 'run') this.#plane.mergeRequests.noteRun(write.run.stack);
    if (write.kind === 'approval' && write.approval.state === 'given') {
      const { run } = write.approval;
      if (run !== undefined) this.#wake(run);
    }
  }

  #countEnd({ phase: { name } }: Run): void {
    this.ended[name] = (this.ended[name] ?? 0) + 1;
  }

  /** A waiting step of the run's supervisor is let go, and a resting run taken up. */
  #wake(id: string): void {
    const { store, hub, scheduler } = this.#plane;
    store.run(id).then(
      (run) => {
        if (!run) return;
        hub.hint(run.stack);
        scheduler.wake(run.stack);
      },
      (error: unknown) => this.#plane.report(error, id),
    );
  }
}
