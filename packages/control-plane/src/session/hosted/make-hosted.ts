import { StalledError } from '@trueup/diagnostics';
import { SessionError } from '../../access/session-error.ts';
import { hostedKind } from '../../hosting/hosted-people.ts';
import type { Hosting } from '../../hosting/open-hosting.ts';
import { toSessionError } from '../../hosting/to-session-error.ts';
import type { NewRepository } from '../session.ts';

/**
 * The address of a repository of the built-in forge, where it is made unless it is there.
 *
 * @throws SessionError `INVALID_REQUEST` for one that lies elsewhere and has no URL.
 */
export async function makeHosted(
  { name, branch, forge }: NewRepository,
  hosting: Hosting | undefined,
): Promise<string> {
  if (forge?.kind !== hostedKind || !hosting) {
    throw new SessionError('INVALID_REQUEST', `${name}: it needs a URL`);
  }
  const { path } = forge;
  try {
    await hosting.host.create({ path, ...(branch !== undefined && { defaultBranch: branch }) });
  } catch (error) {
    const isThere = error instanceof StalledError && error.code === 'FORGE_CONFLICT';
    if (!isThere) throw toSessionError(error);
  }
  return `${hosting.publicUrl()}/git/${path}.git`;
}
