/**
 * Runs in a thread of its own, which whoever asks ends when it takes too long: `matches` is a regular
 * expression of JavaScript, and some of those run for ever.
 */
import { parentPort } from 'node:worker_threads';

import { Environment } from '@marcbachmann/cel-js';

import type { ConditionAnswer, ConditionQuestion } from './condition-messages.ts';

const environment = new Environment().registerVariable('change', 'map');

parentPort?.on('message', ({ id, conditions, changes }: ConditionQuestion) => {
  const answers = conditions.map((condition) => holdsFor(condition, changes));
  parentPort?.postMessage({ id, answers } satisfies ConditionAnswer);
});

/** Positions of the changes for which it holds. A condition that cannot be run holds for all (P3). */
function holdsFor(condition: string, changes: ConditionQuestion['changes']): readonly number[] {
  try {
    const rule = environment.parse(condition);
    return changes.flatMap((change, index) => (holds(rule, change) ? [index] : []));
  } catch {
    return changes.map((_change, index) => index);
  }
}

function holds(rule: ReturnType<typeof environment.parse>, change: unknown): boolean {
  try {
    return rule({ change }) !== false;
  } catch {
    // It speaks of something that this change does not have: `change.fields[0]` of a delete.
    return false;
  }
}
