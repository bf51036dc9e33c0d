/**
 * Runs in a thread of its own, which whoever asks ends when it takes too long: `matches` is a regular
 * expression of JavaScript, and some of those run for ever.
 */
import { parentPort } from 'node:worker_threads';

import { Environment } from '@marcbachmann/cel-js';

import type { WorkerAnswer, WorkerQuestion } from './condition-messages.ts';

const names = ['plan', 'stack', 'mergeRequest'] as const;
const ofPlan = names.reduce((all, name) => all.registerVariable(name, 'map'), new Environment());
const ofChange = names.reduce(
  (all, name) => all.registerVariable(name, 'map'),
  new Environment().registerVariable('change', 'map'),
);

type Answer = WorkerAnswer['answer'];

parentPort?.on('message', (question: WorkerQuestion) => {
  for (const [condition, written] of question.conditions.entries()) {
    const answer = answerOf(written, question);
    parentPort?.postMessage({ id: question.id, condition, answer } satisfies WorkerAnswer);
  }
});

parentPort?.postMessage({ id: 0 });

function answerOf(written: string, question: WorkerQuestion): Answer {
  try {
    const facts = Object.fromEntries(question.facts);
    if (ofPlan.check(written).valid) {
      if (!question.first) return { kind: 'no' };
      return toAnswer(evaluate(ofPlan.parse(written), facts));
    }
    const rule = ofChange.parse(written);
    return askEach(question.changes, (change) => evaluate(rule, { ...facts, change }));
  } catch (error) {
    return { kind: 'broken', why: reasonOf(error) };
  }
}

function askEach(changes: readonly unknown[], ask: (change: unknown) => Evaluated): Answer {
  const positions: number[] = [];
  for (const [position, change] of changes.entries()) {
    const held = ask(change);
    if (typeof held === 'object') return { kind: 'broken', why: held.why, position };
    if (held) positions.push(position);
  }
  return positions.length > 0 ? { kind: 'yes', positions } : { kind: 'no' };
}

type Evaluated = boolean | { readonly why: string };

function toAnswer(held: Evaluated): Answer {
  if (typeof held === 'object') return { kind: 'broken', why: held.why };
  return held ? { kind: 'yes', positions: [] } : { kind: 'no' };
}

/** It speaks of something that this change does not have: `change.fields[0]` of one without fields. */
const absences: ReadonlySet<unknown> = new Set(['no_such_key', 'index_out_of_bounds']);

function evaluate(
  rule: ReturnType<typeof ofChange.parse>,
  variables: Record<string, unknown>,
): Evaluated {
  try {
    const value: unknown = rule(variables);
    return typeof value === 'boolean' ? value : { why: 'gives neither true nor false' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return absences.has(code) ? false : { why: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  // It may repeat a value of the plan: a regular expression, a number.
  const plain = message.split('\n')[0]?.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?') ?? '';
  return `could not be evaluated: ${plain.slice(0, 200)}`;
}
