/**
 * Asks the conditions of rules about a plan, in a thread that is ended when it takes too long.
 *
 * E1. Each condition has its own time, so that the one that runs for ever is named, and the others are
 *     asked all the same.
 * E2. What has no answer is `broken`: whoever asks takes the safe side. It is never "no".
 * E3. A long plan goes over in parts, so that the thread's memory is for the conditions.
 */
import { Worker } from 'node:worker_threads';

import type { AskConditions, ConditionAnswer, ConditionQuestion } from '@trueup/engine';
import type { Change } from '@trueup/provider-sdk';

import type { WorkerAnswer, WorkerQuestion } from './condition-messages.ts';
import { toCelChange, toCelFacts } from './to-cel.ts';

export interface EvaluatorOptions {
  /** For one condition and one part of a plan; 5 s if absent. */
  readonly timeLimitMs?: number;
  /** For the thread; a condition needs little. 128 if absent. */
  readonly memoryLimitMb?: number;
}

/** So many steps go over at once. */
const partLength = 500;
/** Threads that one question may cost before the rest of it counts as broken. */
const mostThreads = 3;

export class ConditionEvaluator {
  readonly #timeLimitMs: number;
  readonly #memoryLimitMb: number;
  #worker: Promise<Worker> | undefined;
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ timeLimitMs = 5000, memoryLimitMb = 128 }: EvaluatorOptions = {}) {
    this.#timeLimitMs = timeLimitMs;
    this.#memoryLimitMb = memoryLimitMb;
  }

  /** One question is asked at a time; an abort ends the wait for its turn as well. */
  readonly ask: AskConditions = async (question, signal) => {
    if (question.conditions.length === 0) return [];
    const turn = this.#turn.then(() => this.#askParts(question, signal));
    this.#turn = turn.catch(() => undefined);
    return untilAborted(turn, signal);
  };

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await (await worker)?.terminate();
  }

  async #askParts(
    { conditions, facts, steps }: ConditionQuestion,
    signal: AbortSignal,
  ): Promise<readonly ConditionAnswer[]> {
    const answers = conditions.map((): ConditionAnswer => ({ kind: 'no' }));
    const shared = { facts: toCelFacts(facts), threads: { left: mostThreads } };
    for (let from = 0; from === 0 || from < steps.length; from += partLength) {
      const part = steps.slice(from, from + partLength);
      const open = [...conditions.keys()].filter((index) => answers[index]?.kind !== 'broken');
      const written = open.map((index) => conditions[index] ?? '');
      const asked = { ...shared, conditions: written, part, first: from === 0 };
      const found = await this.#askPart(asked, signal);
      for (const [at, index] of open.entries()) {
        answers[index] = join(answers[index], found[at] ?? unanswered, from);
      }
    }
    return answers;
  }

  /** E1: after one that had no answer the thread is a new one, for those behind it. */
  async #askPart(part: Part, signal: AbortSignal): Promise<readonly ConditionAnswer[]> {
    const { conditions, threads } = part;
    const answers: ConditionAnswer[] = [];
    while (answers.length < conditions.length) {
      signal.throwIfAborted();
      if (threads.left === 0)
        return [...answers, ...conditions.slice(answers.length).map(() => tooMany)];
      const rest = { ...part, conditions: conditions.slice(answers.length) };
      const { answered, end } = await this.#exchange(rest, signal);
      answers.push(...answered.map((one) => nameStep(one, part.part)));
      if (end === 'done') break;
      signal.throwIfAborted();
      threads.left -= 1;
      await this.close();
      answers.push({ kind: 'broken', why: this.#explain(end) });
    }
    return answers;
  }

  async #exchange(part: Part, signal: AbortSignal): Promise<Exchanged> {
    const worker = await (this.#worker ?? this.#start());
    this.#asked += 1;
    const { conditions, facts, first } = part;
    const changes = part.part.map(toCelChange);
    const question = { id: this.#asked, conditions, facts, changes, first };
    return exchange(worker, question, { timeLimitMs: this.#timeLimitMs, signal });
  }

  #start(): Promise<Worker> {
    const started = startWorker(this.#memoryLimitMb, () => {
      if (this.#worker === started) this.#worker = undefined;
    });
    this.#worker = started;
    return started;
  }

  #explain(end: Exclude<Exchanged['end'], 'done'>): string {
    if (end === 'ended') return `needs more than ${this.#memoryLimitMb} MiB, or ends its thread`;
    return `takes longer than ${this.#timeLimitMs} ms`;
  }
}

interface Part extends Pick<WorkerQuestion, 'conditions' | 'facts' | 'first'> {
  readonly part: readonly Change[];
  readonly threads: { left: number };
}

const unanswered: ConditionAnswer = { kind: 'broken', why: 'was not evaluated' };
const tooMany: ConditionAnswer = {
  kind: 'broken',
  why: `was not evaluated, since ${mostThreads} others took too long`,
};

function join(
  before: ConditionAnswer | undefined,
  found: ConditionAnswer,
  from: number,
): ConditionAnswer {
  if (found.kind === 'broken') return found;
  const known = before?.kind === 'yes' ? before.positions : [];
  if (found.kind === 'no') return before ?? found;
  return { kind: 'yes', positions: [...known, ...found.positions.map((one) => one + from)] };
}

function nameStep(
  { position, ...answer }: WorkerAnswer['answer'],
  steps: readonly Change[],
): ConditionAnswer {
  const step = position === undefined ? undefined : steps[position];
  if (answer.kind !== 'broken' || !step) return answer;
  return { kind: 'broken', why: `${answer.why} (for ${step.id})` };
}

/** Answers as `work` does, or rejects with the signal's reason; `work` itself goes on. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Ready, or ended: how long it takes to start is not the conditions' business. */
async function startWorker(memoryLimitMb: number, onExit: () => void): Promise<Worker> {
  const worker = new Worker(new URL('./condition-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    env: {},
    // What the process was told to load is none of its business.
    execArgv: [],
  });
  worker.unref();
  // Who waits for it hears of it as well; nobody else has to.
  worker.on('error', () => undefined);
  worker.once('exit', onExit);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const sign of ['message', 'error', 'exit']) worker.once(sign, () => resolve());
  await promise;
  return worker;
}

interface Exchanged {
  /** Those that came, in the order of the conditions. */
  readonly answered: readonly WorkerAnswer['answer'][];
  readonly end: 'done' | 'late' | 'ended';
}

interface Waiting {
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
}

/** An abort counts as late: nobody waits for the answer any more. */
async function exchange(
  worker: Worker,
  question: WorkerQuestion,
  { timeLimitMs, signal }: Waiting,
): Promise<Exchanged> {
  const answered: WorkerAnswer['answer'][] = [];
  const { promise, resolve } = Promise.withResolvers<Exchanged['end']>();
  // What came while this thread was busy is taken first.
  const giveUp = (): void => {
    const { length } = answered;
    setImmediate(() => answered.length === length && resolve('late'));
  };
  let timer = setTimeout(giveUp, timeLimitMs);
  const take = ({ id, answer }: WorkerAnswer): void => {
    if (id !== question.id) return;
    answered.push(answer);
    clearTimeout(timer);
    timer = setTimeout(giveUp, timeLimitMs);
    if (answered.length === question.conditions.length) resolve('done');
  };
  const ended = (): void => resolve('ended');
  worker.on('message', take);
  worker.once('error', ended);
  worker.once('exit', ended);
  signal.addEventListener('abort', giveUp, { once: true });
  worker.postMessage(question);
  const end = await promise;
  clearTimeout(timer);
  worker.off('message', take);
  worker.off('error', ended);
  worker.off('exit', ended);
  signal.removeEventListener('abort', giveUp);
  return { answered, end };
}
