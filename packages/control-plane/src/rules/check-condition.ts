/** Says what is wrong with a condition before anybody relies on it. */
import { createRequire } from 'node:module';

import { conditionVariables, schemasOf } from './condition-variables.ts';

/**
 * What is wrong with a condition, in a few words, and where; `undefined` when it can be run. It knows all
 * members of the variables: a slip of the pen would make a guard that never holds.
 */
export function checkCondition(condition: string): string | undefined {
  environment ??= describedEnvironment();
  const { valid, type, error } = environment.check(condition);
  if (valid)
    return type === 'bool' || type === 'dyn' ? undefined : `gives ${type}, not true or false`;
  const what = error?.message.split('\n')[0]?.slice(0, 200) ?? 'unreadable';
  return `is not CEL that can be asked: ${what}${placeOf(condition, error)}`;
}

function placeOf(condition: string, error: object | undefined): string {
  const range: unknown = error && 'range' in error ? error.range : undefined;
  if (typeof range !== 'object' || range === null || !('start' in range)) return '';
  const { start } = range;
  if (typeof start !== 'number') return '';
  const before = condition.slice(0, start).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const line = before.length > 1 || condition.includes('\n') ? `line ${before.length}, ` : '';
  return ` (at ${line}column ${column} of the condition)`;
}

type Environment = InstanceType<typeof import('@marcbachmann/cel-js').Environment>;

let environment: Environment | undefined;

const load = createRequire(import.meta.url);

/** With the first condition, since most repositories have none and every command would wait for it. */
function describedEnvironment(): Environment {
  const cel: typeof import('@marcbachmann/cel-js') = load('@marcbachmann/cel-js');
  const described = new cel.Environment();
  for (const [name, schema] of schemasOf(conditionVariables)) {
    described.registerVariable({ name, schema });
  }
  return described;
}
