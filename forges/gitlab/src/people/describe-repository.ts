import type { Diagnostic } from '@trueup/diagnostics';
import type { ForgeRepositoryFacts } from '@trueup/forge-sdk';

import type { GitlabClient } from '../gitlab-client.ts';
import { methodsOf } from '../merge-request/merge-request.ts';
import { toUser } from '../merge-request/to-merge-request.ts';
import { findPermission } from './find-group.ts';

/** Who we are there and what we may do. */
export async function describeRepository(client: GitlabClient): Promise<ForgeRepositoryFacts> {
  const [project, user] = await Promise.all([client.project(), client.self()]);
  const self = toUser(user);
  const permission = await findPermission(client, self);
  const isEnough = permission === 'write' || permission === 'admin';
  return {
    id: String(project.id),
    path: project.path_with_namespace,
    defaultBranch: project.default_branch ?? '',
    cloneUrl: project.http_url_to_repo,
    mergeMethods: methodsOf(project),
    self,
    diagnostics: isEnough ? [] : [missing],
  };
}

const missing: Diagnostic = {
  severity: 'warning',
  code: 'FORGE_RIGHT_MISSING',
  path: [],
  summary: 'the credential does not allow us to post statuses, open and merge',
  advice:
    'Give the account of the token the role Developer, or Maintainer where branches are protected.',
};
