/** Asks the conditions of guards about changes, in a thread that is ended when it takes too long. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

import { formatFieldPath, isJsonList, isJsonObject, type Json } from '@trueup/diagnostics';
import type { DenyGuard, GuardFinding } from '@trueup/engine';
import { type Change, type FieldChange, parseResourceId } from '@trueup/provider-sdk';

import type { ConditionAnswer, ConditionQuestion } from './condition-messages.ts';

const timeLimitMs = 5000;
/** A condition needs little; whoever writes a bomb gets this much. */
const memoryLimitMb = 128;

/** What is wrong with a condition, in a few words; `undefined` when it can be run. */
export function checkCondition(condition: string): string | undefined {
  const { valid, type, error } = describedEnvironment().check(condition);
  if (!valid) return `is not CEL over \`change\`: ${error?.message.split('\n')[0] ?? 'unreadable'}`;
  return type === 'bool' || type === 'dyn' ? undefined : `gives ${type}, not true or false`;
}

/** Knows the members of a change: a slip of the pen would make a guard that never holds. */
function describedEnvironment(): InstanceType<typeof import('@marcbachmann/cel-js').Environment> {
  const { Environment } = loadCel();
  const id = { kind: 'string', scope: 'string', name: 'string' };
  return new Environment().registerVariable({
    name: 'change',
    schema: {
      id,
      action: 'string',
      cause: 'string',
      confidence: 'string',
      hazards: 'list<string>',
      fields: 'list<map>',
    },
  });
}

const load = createRequire(import.meta.url);

/** With the first condition, since most repositories have none and every command would wait for it. */
function loadCel(): typeof import('@marcbachmann/cel-js') {
  return load('@marcbachmann/cel-js');
}

export class ConditionEvaluator {
  #worker: Worker | undefined;
  #asked = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * A finding for each guard that holds for some change, and for all of them when time runs out.
   * One question is asked at a time; an abort ends the wait for its turn as well.
   */
  async findDenied(
    guards: readonly DenyGuard[],
    changes: readonly Change[],
    signal: AbortSignal,
  ): Promise<readonly GuardFinding[]> {
    if (guards.length === 0 || changes.length === 0) return [];
    const conditions = guards.map(({ when }) => when);
    const question = { conditions, changes: changes.map(toCelChange) };
    const turn = this.#turn.then(() => this.#ask(question, signal));
    this.#turn = turn.catch(() => undefined);
    const answers = await untilAborted(turn, signal);
    if (!answers) return guards.map((guard) => ranOut(guard));
    return guards.flatMap((guard, index) => describe(guard, answers[index] ?? [], changes));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(
    question: Omit<ConditionQuestion, 'id'>,
    signal: AbortSignal,
  ): Promise<ConditionAnswer['answers'] | undefined> {
    signal.throwIfAborted();
    this.#worker ??= startWorker();
    this.#asked += 1;
    const id = this.#asked;
    const answer = await exchange(this.#worker, { id, ...question }, signal);
    if (!answer) await this.close();
    signal.throwIfAborted();
    return answer?.answers;
  }
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

function startWorker(): Worker {
  const worker = new Worker(new URL('./condition-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    env: {},
  });
  worker.unref();
  return worker;
}

/** `undefined` when the thread does not answer in time, ends, or nobody waits any more. */
function exchange(
  worker: Worker,
  question: ConditionQuestion,
  signal: AbortSignal,
): Promise<ConditionAnswer | undefined> {
  const { promise, resolve } = Promise.withResolvers<ConditionAnswer | undefined>();
  const giveUp = (): void => resolve(undefined);
  const timer = setTimeout(giveUp, timeLimitMs);
  const take = (answer: ConditionAnswer): void => {
    if (answer.id === question.id) resolve(answer);
  };
  worker.on('message', take);
  worker.once('error', giveUp);
  worker.once('exit', giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  worker.postMessage(question);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', take);
    worker.off('error', giveUp);
    worker.off('exit', giveUp);
    signal.removeEventListener('abort', giveUp);
  });
}

/** CEL's integers are 64 bits wide, which JavaScript writes as `bigint`. */
function toCelChange({ id, action, cause, confidence, hazards, fields }: Change): unknown {
  return {
    id: parseResourceId(id),
    action,
    cause: cause ?? 'revision',
    confidence,
    hazards: [...hazards],
    fields: fields.map(toCelField),
  };
}

function toCelField({ path, before, after, sensitive, generated }: FieldChange): unknown {
  return {
    path: formatFieldPath(path),
    before: toCel(before ?? null),
    after: toCel(after ?? null),
    sensitive,
    generated: generated ?? false,
  };
}

function toCel(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isJsonList(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, toCel(member)]));
}

function describe(
  { say }: DenyGuard,
  positions: readonly number[],
  changes: readonly Change[],
): readonly GuardFinding[] {
  const named = positions.slice(0, 3).flatMap((position) => changes[position]?.id ?? []);
  if (named.length === 0) return [];
  const more =
    positions.length > named.length ? ` and ${positions.length - named.length} more` : '';
  const message = `${say} (${named.join(', ')}${more})`;
  return [{ guard: 'deny', severity: 'error', message }];
}

function ranOut({ say }: DenyGuard): GuardFinding {
  const message = `${say} (the condition could not be evaluated in time)`;
  return { guard: 'deny', severity: 'error', message };
}
