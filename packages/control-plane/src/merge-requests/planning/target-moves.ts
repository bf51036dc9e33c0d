/**
 * Remembers which stacks' targets moved, so that the plans of open merge requests are made again.
 *
 * M1. A stack is planned again for this at most once in ten seconds: what moves all the time costs no
 *     more than that.
 * M2. What a restart forgets shows at the next push, or before it is applied.
 */
import { type ChangeSet, parseStackId, type StackId } from '@trueup/engine';

export interface MovesPorts {
  readonly now: () => number;
  /** It is time to look at the repository's merge requests. */
  readonly onMoved: (repository: string) => void;
}

const calmMs = 10_000;
/** Several things move at once, as a rule. */
const settleMs = 500;

export class TargetMoves {
  readonly #ports: MovesPorts;
  /** When each stack that is shown was planned last. */
  readonly #plannedAt = new Map<StackId, number>();
  readonly #movedAt = new Map<StackId, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(ports: MovesPorts) {
    this.#ports = ports;
  }

  /** Something in its target may have moved. */
  note(stack: StackId): void {
    const plannedAt = this.#plannedAt.get(stack);
    if (plannedAt === undefined) return;
    const now = this.#ports.now();
    this.#movedAt.set(stack, now);
    this.#wake(stack, Math.max(plannedAt + calmMs - now, settleMs));
  }

  /** What an open change set shows. */
  keep({ stacks }: Pick<ChangeSet, 'stacks'>): void {
    for (const [stack, state] of Object.entries(stacks)) {
      if (state.name === 'planned') this.#plannedAt.set(stack, Date.parse(state.plannedAt));
    }
  }

  /** Stacks that moved since this change set planned them, and have been left alone for long enough. */
  find({ stacks }: Pick<ChangeSet, 'stacks'>): ReadonlySet<StackId> {
    const now = this.#ports.now();
    const moved = Object.entries(stacks).flatMap(([stack, state]) => {
      const plannedAt = state.name === 'planned' ? Date.parse(state.plannedAt) : Infinity;
      if (!((this.#movedAt.get(stack) ?? 0) > plannedAt)) return [];
      if (now - plannedAt >= calmMs) return [stack];
      this.#wake(stack, plannedAt + calmMs - now);
      return [];
    });
    return new Set(moved);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #wake(stack: StackId, delayMs: number): void {
    const { repository } = parseStackId(stack);
    if (this.#timers.has(repository)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(repository);
      this.#ports.onMoved(repository);
    }, delayMs);
    timer.unref();
    this.#timers.set(repository, timer);
  }
}
