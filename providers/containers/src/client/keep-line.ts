/**
 * Keeps one line to one machine: opened by the first who needs it, shared by all, closed when nobody has
 * needed it for a while.
 *
 * K1. Machines that cannot be reached are not asked again at once: until the pause is over, the same
 *     failure is the answer. Servers of ssh shut out who knocks too often.
 * K2. Who gives up waiting takes nothing from the others who wait.
 */
import { EngineGoneError } from '../containers-client.ts';

export interface LinePorts {
  /** In milliseconds. */
  readonly now: () => number;
  /** Below 1. */
  readonly random: () => number;
  /** Ten minutes if absent: a watch keeps a line open, plans come minutes apart. */
  readonly idleMs?: number;
}

export interface KeptThing extends AsyncDisposable {
  isUp(): boolean;
}

type State<T> =
  | { readonly phase: 'closed' }
  /** Left by its own end only; `life` ends it when all of it is closed. */
  | { readonly phase: 'opening'; readonly opening: Promise<T>; readonly life: AbortController }
  /** Left when its end shows, by idleness, or when all of it is closed. */
  | { readonly phase: 'open'; readonly thing: T }
  /** K1 */
  | { readonly phase: 'failed'; readonly error: unknown; readonly until: number };

const firstPauseMs = 500;
const longestPauseMs = 30_000;
const usualIdleMs = 10 * 60_000;

export class KeptLine<T extends KeptThing> {
  readonly #open: (signal: AbortSignal) => Promise<T>;
  readonly #ports: LinePorts;
  readonly #closing = new Set<Promise<void>>();
  #state: State<T> = { phase: 'closed' };
  #failures = 0;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(open: (signal: AbortSignal) => Promise<T>, ports: LinePorts) {
    this.#open = open;
    this.#ports = ports;
  }

  /** Before a use. `release` has to follow. */
  take(): void {
    this.#users += 1;
    clearTimeout(this.#idle);
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#idle = setTimeout(() => this.#drop(), this.#ports.idleMs ?? usualIdleMs);
    // Nobody waits for it to become idle.
    this.#idle.unref();
  }

  /** One that is open. Rejects as opening does, or with the signal's reason. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const state = this.#state;
    if (state.phase === 'open' && state.thing.isUp()) return state.thing;
    if (state.phase === 'open') this.#drop();
    if (state.phase === 'failed' && this.#ports.now() < state.until) throw state.error;
    const opening = state.phase === 'opening' ? state.opening : this.#begin();
    return await untilAborted(opening, signal);
  }

  /** Ends the line, and waits for that. Whoever needs it afterwards opens it anew. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    this.#failures = 0;
    this.#drop();
    await Promise.all(this.#closing);
  }

  #begin(): Promise<T> {
    const life = new AbortController();
    const opening = this.#bring(life);
    // Whoever waits hears of it.
    opening.catch(() => undefined);
    this.#state = { phase: 'opening', opening, life };
    return opening;
  }

  async #bring(life: AbortController): Promise<T> {
    try {
      const thing = await this.#open(life.signal);
      if (life.signal.aborted) {
        await thing[Symbol.asyncDispose]();
        throw closedMeanwhile();
      }
      this.#failures = 0;
      this.#state = { phase: 'open', thing };
      return thing;
    } catch (error) {
      if (life.signal.aborted) throw closedMeanwhile();
      this.#failures += 1;
      this.#state = { phase: 'failed', error, until: this.#ports.now() + this.#pause() };
      throw error;
    }
  }

  #pause(): number {
    const doubled = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    return doubled * (0.5 + this.#ports.random());
  }

  #drop(): void {
    const state = this.#state;
    this.#state = { phase: 'closed' };
    if (state.phase === 'opening') {
      state.life.abort(new Error('The line is closed.'));
      this.#await(state.opening.then(undefined, () => undefined));
    }
    if (state.phase === 'open') this.#await(state.thing[Symbol.asyncDispose]());
  }

  #await(work: PromiseLike<unknown>): void {
    const closing = Promise.resolve(work).then(() => {
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
  }
}

function closedMeanwhile(): EngineGoneError {
  return new EngineGoneError('unreached', 'ECONNABORTED');
}

/** K2 */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
