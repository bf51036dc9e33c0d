import type { ApiClient, Page, PageQuery } from '@trueup/api';

import { UsageError } from '../usage-error.ts';
import { readPages } from './read-pages.ts';

/** Older ones are named in full. */
const looked = 2000;

/** The id of a run: as it is, or the beginning of one of the newest. @throws UsageError */
export function findRunId(client: ApiClient, text: string): Promise<string> {
  return findId('run', text, (query) => client.runs({ query }));
}

/** The same of a rollout. @throws UsageError */
export function findRolloutId(client: ApiClient, text: string): Promise<string> {
  return findId('rollout', text, (query) => client.rollouts({ query }));
}

/** The same of an alert. @throws UsageError */
export function findAlertId(client: ApiClient, text: string): Promise<string> {
  return findId('alert', text, (query) => client.alerts({ query }));
}

async function findId(
  noun: string,
  text: string,
  read: (query: PageQuery) => Promise<Page<{ readonly id: string }>>,
): Promise<string> {
  if (text.length >= 32) return text;
  const items = await readPages(read, looked);
  const found = items.filter(({ id }) => id.startsWith(text)).map(({ id }) => id);
  const [first, second] = found;
  if (first === undefined || text.length < 4) {
    throw new UsageError(`${text}: there is no such ${noun}. \`trueup ${noun} list\` shows them.`);
  }
  if (second === undefined) return first;
  const names = found.slice(0, 10).map((id) => `  ${id}`);
  throw new UsageError(`${text}: there are several:\n${names.join('\n')}`);
}
