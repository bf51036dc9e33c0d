import type { RepositoryRecord } from '@trueup/engine';
import type { Forge } from '@trueup/forge-sdk';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import type { ForgePlace } from './forge-place.ts';

/**
 * Where a repository's merge requests are, with its token. `undefined` when it has no forge, or one
 * that is not installed.
 */
export async function connectForge(
  { name, forge: link }: RepositoryRecord,
  { forges, readSecret }: { readonly forges: readonly Forge[]; readonly readSecret: ReadSecret },
): Promise<ForgePlace | undefined> {
  const forge = link && forges.find((one) => one.name === link.kind);
  if (!forge) return undefined;
  const { path, apiUrl, credential } = link;
  const use = { kind: 'repository', name } as const;
  const token = credential === undefined ? undefined : await readSecret(credential, use);
  return {
    forge,
    repository: {
      path,
      ...(apiUrl !== undefined && { apiUrl }),
      ...(token !== undefined && { credential: { kind: 'token', token: token.trim() } as const }),
    },
  };
}
