/**
 * Reads objects by their ids through one git process that is kept.
 *
 * R1. Questions are answered in their order, by whichever process is there: when it crashes, the
 *     open questions are put to the next one, each at most twice.
 * R2. What is asked in one turn of the event loop goes out as one write with one flush.
 * R3. An object beyond the bound is not read: its process is ended, and its size remembered.
 * R4. An abort rejects at once and leaves the process to the others.
 */
import { StalledError, TransientError } from '@trueup/diagnostics';
import type { RunningProgram } from '@trueup/programs';

import { AbortList } from './abort-list.ts';
import { type BatchAnswer, BatchParser } from './parse-batch.ts';

export type GitObject =
  | { readonly kind: 'object'; readonly type: string; readonly body: Buffer }
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly size: number };

export interface ObjectReaderOptions {
  readonly start: () => Promise<RunningProgram>;
  /** Larger objects are answered by their size. */
  readonly boundBytes: number;
  /** For how long a process without questions is kept. */
  readonly idleMs: number;
  /** For how long an answer may take before the process counts as hanging. */
  readonly answerMs: number;
  /** What errors name. */
  readonly subject: string;
}

interface Question {
  readonly id: string;
  readonly settle: (answer: GitObject) => void;
  readonly fail: (error: unknown) => void;
  attempts: number;
}

/**
 * - `none`: no process; entered at the start, after idling and after a crash.
 * - `starting`: one is on its way; questions wait.
 * - `running`: owns the process; `asked` are the questions that it was sent, in their order.
 * - `closed`: for good.
 */
type Phase =
  | { readonly kind: 'none' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly program: RunningProgram; readonly asked: Question[] }
  | { readonly kind: 'closed' };

export class ObjectReader implements AsyncDisposable {
  readonly #options: ObjectReaderOptions;
  readonly #aborts = new AbortList();
  readonly #tooLarge = new Map<string, number>();
  #waiting: Question[] = [];
  #phase: Phase = { kind: 'none' };
  #sending = false;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: ObjectReaderOptions) {
    this.#options = options;
  }

  /**
   * `missing` when there is no such object. Rejects with `REPOSITORY_READER_CRASHED` (transient)
   * when git fails twice, and with the reason of the signal.
   */
  async read(id: string, signal: AbortSignal): Promise<GitObject> {
    signal.throwIfAborted();
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) throw new Error('Objects are read by ids.');
    const size = this.#tooLarge.get(id);
    if (size !== undefined) return { kind: 'too-large', size };
    if (this.#phase.kind === 'closed') throw closed(this.#options.subject);
    const { promise, resolve, reject } = Promise.withResolvers<GitObject>();
    this.#waiting.push({ id, settle: resolve, fail: reject, attempts: 0 });
    this.#sendSoon();
    return await this.#aborts.race(promise, signal);
  }

  /** Has another process answer from now on: the repository under it is another one. */
  async renew(): Promise<void> {
    this.#tooLarge.clear();
    if (this.#phase.kind === 'running') this.#restart(this.#phase.program, 'nobody');
    await this.#closing;
  }

  /** Ends the process. Open questions reject. */
  async [Symbol.asyncDispose](): Promise<void> {
    const phase = this.#phase;
    this.#phase = { kind: 'closed' };
    clearTimeout(this.#timer);
    const asked = phase.kind === 'running' ? phase.asked : [];
    for (const { fail } of [...asked, ...this.#waiting]) fail(closed(this.#options.subject));
    this.#waiting = [];
    if (phase.kind === 'running') await phase.program[Symbol.asyncDispose]();
    await this.#closing;
  }

  /** R2 */
  #sendSoon(): void {
    if (this.#sending) return;
    this.#sending = true;
    setImmediate(() => {
      this.#sending = false;
      this.#send();
    });
  }

  #send(): void {
    const phase = this.#phase;
    if (phase.kind === 'none' && this.#waiting.length > 0) {
      this.#phase = { kind: 'starting' };
      this.#closing = this.#start();
    }
    if (phase.kind !== 'running' || this.#waiting.length === 0) return;
    const questions = this.#waiting;
    this.#waiting = [];
    for (const question of questions) question.attempts += 1;
    phase.asked.push(...questions);
    phase.program.stdin.write(`${questions.map(({ id }) => `contents ${id}`).join('\n')}\nflush\n`);
    this.#watch();
  }

  async #start(): Promise<void> {
    try {
      await this.#adopt(await this.#options.start());
    } catch (error) {
      if (this.#phase.kind === 'starting') this.#phase = { kind: 'none' };
      for (const { fail } of this.#waiting.splice(0)) fail(error);
    }
  }

  async #adopt(program: RunningProgram): Promise<void> {
    if (this.#phase.kind === 'closed') {
      await program[Symbol.asyncDispose]();
      return;
    }
    this.#phase = { kind: 'running', program, asked: [] };
    this.#listen(program);
    this.#send();
  }

  #listen(program: RunningProgram): void {
    const parser = new BatchParser(this.#options.boundBytes);
    program.stdout.on('data', (chunk: Buffer) => {
      const answers = parser.push(chunk);
      for (const answer of answers ?? []) this.#answer(program, answer);
      if (!answers) this.#restart(program);
    });
    program.stderr.resume();
    program.ended.then(
      () => this.#restart(program),
      () => this.#restart(program),
    );
  }

  #answer(program: RunningProgram, answer: BatchAnswer): void {
    if (this.#phase.kind !== 'running' || this.#phase.program !== program) return;
    const question = this.#phase.asked.shift();
    if (answer.kind === 'too-large') {
      if (question) this.#tooLarge.set(question.id, answer.size);
      this.#restart(program, 'nobody');
    } else {
      this.#watch();
    }
    question?.settle(answer);
  }

  /** R1, R3. Does nothing for a process that was given up already. */
  #restart(program: RunningProgram, blame: 'first' | 'nobody' = 'first'): void {
    if (this.#phase.kind !== 'running' || this.#phase.program !== program) return;
    const { asked } = this.#phase;
    this.#phase = { kind: 'none' };
    clearTimeout(this.#timer);
    this.#closing = end(program);
    // Only the question that it was working on can be to blame.
    const suspect = blame === 'first' ? asked[0] : undefined;
    for (const question of asked) if (question !== suspect) question.attempts -= 1;
    if (suspect && suspect.attempts >= 2) {
      asked.shift();
      suspect.fail(crashed(this.#options.subject));
    }
    this.#waiting = [...asked, ...this.#waiting];
    this.#sendSoon();
  }

  /** One timer for both: an answer that does not come, and questions that do not. */
  #watch(): void {
    clearTimeout(this.#timer);
    const phase = this.#phase;
    if (phase.kind !== 'running') return;
    const { idleMs, answerMs } = this.#options;
    const idle = phase.asked.length === 0;
    this.#timer = setTimeout(() => this.#restart(phase.program), idle ? idleMs : answerMs);
    if (idle) this.#timer.unref();
  }
}

async function end(program: RunningProgram): Promise<void> {
  await program[Symbol.asyncDispose]();
}

function closed(subject: string): StalledError {
  return new StalledError('REPOSITORY_CLOSED', `${subject}: not read: it was closed`, subject);
}

function crashed(subject: string): TransientError {
  const message = `${subject}: not read: git ended in the middle of an object`;
  return new TransientError('REPOSITORY_READER_CRASHED', message, subject);
}
