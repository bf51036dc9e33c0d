import type { ExitCode } from './exit-code.ts';

/** What the process that a command runs in gives to it. Only `main.ts` makes it of the real one. */
export interface Surroundings {
  /** Without the names of Node and of the script. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where it was started. */
  readonly folder: string;
  /** What was asked for. */
  readonly output: Sink;
  /** Progress, questions, what went wrong. */
  readonly errors: Sink;
  /** `undefined` when nobody is there to answer. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** The same for what must not be seen. */
  readonly askSecret: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  readonly readInput: () => Promise<string>;
  /**
   * Runs a program in our place, with our terminal, our environment and whatever stops us. Resolves
   * with how it ended, if we are still there by then.
   */
  readonly become: (program: string, words: readonly string[]) => Promise<ExitCode>;
  readonly interrupts: Interrupts;
  readonly nowMs: () => number;
}

/** Where text goes. */
export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Of a terminal as it is now; `undefined` elsewhere. */
  readonly columns: () => number | undefined;
  /** Aborts when nobody reads any more (`| head`). What is written from then on is lost. */
  readonly closed: AbortSignal;
}

/** Ctrl-C: the first one stops, the second one ends. */
export interface Interrupts {
  /** Aborts with the first one: begin nothing new. */
  readonly stop: AbortSignal;
  /** Aborts with the second one: end at once. */
  readonly abort: AbortSignal;
}

/** The reason of both signals. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('interrupted');
  }
}
