import type { RolloutFilter, StackFilter } from '@trueup/engine';
import { type Expression, type ExpressionBuilder, expressionBuilder, type SqlBool } from 'kysely';

import { type Tables, toFlag } from '../tables.ts';

export type Condition = Expression<SqlBool>;

const onRepository: ExpressionBuilder<Tables, 'stack' | 'rollout'> = expressionBuilder();
const onStack: ExpressionBuilder<Tables, 'run' | 'drift'> = expressionBuilder();
const onEnded: ExpressionBuilder<Tables, 'run' | 'rollout' | 'change_set'> = expressionBuilder();

/** By the column `repository`. */
export function isOfRepository({ repository, repositories }: StackFilter): readonly Condition[] {
  const conditions: Condition[] = [];
  if (repository !== undefined) conditions.push(onRepository('repository', '=', repository));
  if (repositories) conditions.push(isIn(repositories));
  return conditions;
}

function isIn(repositories: NonNullable<RolloutFilter['repositories']>): Condition {
  if (repositories.length === 0) return onRepository.lit(false);
  return onRepository('repository', 'in', repositories);
}

/**
 * By the column `stack`: whether the stack's full name begins with one of these. A range of names,
 * which an index serves; `0` follows `/`.
 */
export function isNamedAfter(names: readonly string[] | undefined): readonly Condition[] {
  if (!names) return [];
  const { and, or } = onStack;
  const ranges = names.map((name) =>
    and([onStack('stack', '>', `${name}/`), onStack('stack', '<', `${name}0`)]),
  );
  return [or(ranges)];
}

/** By the column `ended`, as a literal, since a partial index serves no parameter. */
export function hasEnded(ended: boolean | undefined): readonly Condition[] {
  if (ended === undefined) return [];
  return [onEnded('ended', '=', onEnded.lit(toFlag(ended)))];
}
