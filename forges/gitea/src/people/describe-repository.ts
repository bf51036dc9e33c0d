import type { Diagnostic } from '@trueup/diagnostics';
import type { ForgeRepositoryFacts } from '@trueup/forge-sdk';

import type { GiteaClient } from '../gitea-client.ts';
import { methodsOf } from '../merge-request/merge-pull.ts';
import { toUser } from '../merge-request/to-merge-request.ts';

/** Who we are there and what we may do. */
export async function describeRepository(client: GiteaClient): Promise<ForgeRepositoryFacts> {
  const [repository, self] = await Promise.all([client.repository(), client.self()]);
  const { push, admin } = repository.permissions ?? { push: false, admin: false };
  return {
    id: String(repository.id),
    path: repository.full_name,
    defaultBranch: repository.default_branch,
    cloneUrl: repository.clone_url,
    mergeMethods: methodsOf(repository),
    self: toUser(self),
    diagnostics: [
      ...(push ? [] : [missing('post statuses, open and merge', 'write access to its code')]),
      ...(admin ? [] : [missing('see what others may do', 'administration of it')]),
    ],
  };
}

function missing(what: string, right: string): Diagnostic {
  const summary = `the credential does not allow us to ${what}`;
  const advice = `Give the account of the credential ${right}.`;
  return { severity: 'warning', code: 'FORGE_RIGHT_MISSING', path: [], summary, advice };
}
