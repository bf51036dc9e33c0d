import type { ApiClient, StackName, StackView } from '@trueup/api';

import { didYouMean } from '../closest.ts';
import { UsageError } from '../usage-error.ts';
import { readPages } from './read-pages.ts';

/**
 * The stacks of a server whose names match; all of them where none is named.
 *
 * @throws UsageError when a name matches nothing.
 */
export async function findStacks(
  client: ApiClient,
  names: readonly string[] | undefined,
): Promise<readonly StackView[]> {
  const all = await readPages((query) => client.stacks({ query }));
  if (!names || names.length === 0) return all.filter(({ standing }) => standing !== 'removed');
  const missing = names.find((name) => !all.some((stack) => matchesName(stack, name)));
  if (missing !== undefined) {
    const hint = didYouMean(missing, namesOf(all, missing));
    throw new UsageError(`${missing}: the server knows no such stack.${hint}`);
  }
  return all.filter((stack) => names.some((name) => matchesName(stack, name)));
}

/** @throws UsageError unless exactly one is meant. */
export async function findStack(client: ApiClient, name: string): Promise<StackView> {
  const found = await findStacks(client, [name]);
  const [first, second] = found;
  if (first && !second) return first;
  const names = found.map(({ id }) => id).join(', ');
  throw new UsageError(`${name}: there are several: ${names}. Name one of them.`);
}

export function paramsOf({ id }: Pick<StackView, 'id'>): StackName {
  const [repository = '', stack = ''] = id.split('/');
  return { repository, stack };
}

/** As somebody writes them who writes the repository, or leaves it out. */
function namesOf(stacks: readonly StackView[], written: string): readonly string[] {
  return stacks.map(({ id, name }) => (written.includes('/') ? id : name));
}

/** `repository/stack` or `stack`, with `*` for any text. */
function matchesName({ id, name }: Pick<StackView, 'id' | 'name'>, wanted: string): boolean {
  const parts = wanted.split('*').map((part) => RegExp.escape(part));
  const pattern = new RegExp(`^${parts.join('[^/]*')}$`);
  return pattern.test(id) || pattern.test(name);
}
