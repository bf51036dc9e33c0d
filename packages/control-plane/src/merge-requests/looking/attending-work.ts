/**
 * Holds what is being done about change sets, so that it can be told to end, or to be done once more.
 *
 * K5. A few merge requests of a repository are attended to at once: whoever opens a thousand waits, and
 *     keeps nobody else waiting.
 */
import { WorkSlots } from './work-slots.ts';

/** What is attended to: a change set of a repository. */
export interface Attended {
  readonly id: string;
  /** Of what went wrong. */
  readonly subject: string;
  /** Name. */
  readonly repository: string;
}

export interface AttendingPorts {
  /** Another look has to be had at the repository: somebody looked while it was attended to. */
  readonly onAgain: (repository: string) => void;
  readonly onError: (error: unknown, subject: string) => void;
}

interface AtWork {
  readonly repository: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Somebody looked meanwhile: once more afterwards. */
  again: boolean;
}

/** Answers `true` where there is more to do. */
export type AttendingTask = (signal: AbortSignal) => Promise<unknown>;

/** K5 */
const mostAtOnce = 8;

export class AttendingWork {
  readonly #ports: AttendingPorts;
  readonly #atWork = new Map<string, AtWork>();
  /** By repository. */
  readonly #slots = new Map<string, WorkSlots>();
  readonly #stopping = new AbortController();

  constructor(ports: AttendingPorts) {
    this.#ports = ports;
  }

  /** One piece of work for each change set at a time; false where one is under way, and told to repeat. */
  begin(attended: Attended, task: AttendingTask): boolean {
    const { id, repository } = attended;
    const known = this.#atWork.get(id);
    if (known) {
      known.again = true;
      return false;
    }
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, this.#stopping.signal]);
    const done = this.#carryOut(attended, task, signal).then((more) => {
      const again = more || this.#atWork.get(id)?.again === true;
      this.#atWork.delete(id);
      if (again && !signal.aborted) this.#ports.onAgain(repository);
    });
    this.#atWork.set(id, { repository, abort, done, again: false });
    return true;
  }

  /** Waits until it has ended. */
  async end(id: string, reason: Error): Promise<void> {
    await endAll([this.#atWork.get(id)], reason);
  }

  /** All of a repository. */
  async forget(repository: string, reason: Error): Promise<void> {
    const own = [...this.#atWork.values()].filter((one) => one.repository === repository);
    await endAll(own, reason);
    this.#slots.delete(repository);
  }

  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    await endAll([...this.#atWork.values()], reason);
  }

  /** K4 */
  async #carryOut(
    { repository, subject }: Attended,
    task: AttendingTask,
    signal: AbortSignal,
  ): Promise<boolean> {
    const slots = this.#slots.get(repository) ?? new WorkSlots(mostAtOnce);
    this.#slots.set(repository, slots);
    try {
      return (await slots.take(() => task(signal), signal)) === true;
    } catch (error) {
      if (!signal.aborted) this.#ports.onError(error, subject);
      return false;
    }
  }
}

async function endAll(all: readonly (AtWork | undefined)[], reason: Error): Promise<void> {
  for (const one of all) one?.abort.abort(reason);
  await Promise.all(all.map((one) => one?.done));
}
