import { findOwners, ownersPaths, parseOwners } from '@trueup/engine';
import type { RepositoryHost } from '@trueup/forge-hosted';

import type { RequestOwners } from './hosted-session.ts';

/** Whoever reads a list of owners reads no more paths. */
const mostPaths = 20;

/** By CODEOWNERS of the target branch, never of the merge request itself. */
export async function findRequestOwners(
  {
    host,
    path,
    number,
  }: { readonly host: RepositoryHost; readonly path: string; readonly number: number },
  signal: AbortSignal,
): Promise<readonly RequestOwners[]> {
  const { listChanges } = await import('@trueup/forge-hosted');
  const { target, changes, read } = await listChanges(host, path, number, signal);
  for (const file of ownersPaths) {
    const text = await read(target, file);
    const owners = text && parseOwners(text.toString(), { path: file });
    if (owners) return group(changes.flatMap((one) => claimsOf(owners, one.path)));
  }
  return [];
}

interface Claim {
  readonly section: string;
  readonly owners: readonly string[];
  readonly path: string;
}

function claimsOf(owners: Parameters<typeof findOwners>[0], path: string): readonly Claim[] {
  return findOwners(owners, path).map((claim) => ({ ...claim, path }));
}

function group(claims: readonly Claim[]): readonly RequestOwners[] {
  const groups = Map.groupBy(claims, ({ section, owners }) => JSON.stringify([section, owners]));
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { section, owners } = first;
    const paths = own.slice(0, mostPaths).map(({ path }) => path);
    return [{ owners, paths, ...(section !== '' && { section }) }];
  });
}
