import type { MergeMethod } from '@trueup/forge-sdk';

import type { HostedActor } from '../model/hosted-merge-request.ts';
import {
  allMergeMethods,
  type HostedRepository,
  type Protection,
} from '../model/hosted-repository.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { denied, invalid } from '../translate-errors.ts';
import { mergeGreenOnes } from './merge-request.ts';
import { putRepository } from './record-shelf.ts';
import type { RepositoryHost } from './repository-host.ts';

/** What an administrator decides about a repository. What is absent stays as it is. */
export interface RepositorySettings {
  readonly protections?: readonly Protection[];
  /** At least one. */
  readonly mergeMethods?: readonly MergeMethod[];
}

const mostProtections = 100;
const mostChecks = 100;
const mostApprovals = 100;

export async function changeSettings(
  host: RepositoryHost,
  path: string,
  { protections, mergeMethods }: RepositorySettings,
  actor: HostedActor,
): Promise<HostedRepository> {
  if (actor.permission !== 'admin') throw denied(path, 'change its settings');
  if (protections) checkProtections(protections, path);
  if (mergeMethods?.length === 0) throw invalid(path, 'it has to be merged in some way');
  return await host.inTurn(path, async (open) => {
    const methods = mergeMethods && allMergeMethods.filter((one) => mergeMethods.includes(one));
    const repository = {
      ...open.repository,
      ...(protections && { protections }),
      ...(methods && { mergeMethods: methods }),
    };
    await host.write([putRepository(repository)], []);
    // What a merge waited for may be asked no more.
    await mergeGreenOnes(host, { ...open, repository });
    return repository;
  });
}

/**
 * Lets a branch change by merge requests only, and asks nothing more. False where it does so already.
 * `FORGE_REQUEST_INVALID` where there is no room for one more.
 */
export async function protectBranch(
  host: RepositoryHost,
  path: string,
  branch: string,
): Promise<boolean> {
  return await host.inTurn(path, async ({ repository }) => {
    if (protectionsOf(repository, branch).length > 0) return false;
    const own = { pattern: branch, checks: [], approvals: 0, resolvedThreads: false };
    const protections = [...repository.protections, own];
    checkProtections(protections, path);
    await host.write([putRepository({ ...repository, protections })], []);
    return true;
  });
}

function checkProtections(protections: readonly Protection[], path: string): void {
  if (protections.length > mostProtections) {
    throw invalid(path, `up to ${mostProtections} protections`);
  }
  for (const { pattern, checks, approvals } of protections) {
    if (pattern === '' || pattern.length > 250 || /[\p{Cc} ]/u.test(pattern)) {
      throw invalid(path, 'a protection names a branch; * stands for any characters');
    }
    if (checks.length > mostChecks || approvals > mostApprovals || approvals < 0) {
      throw invalid(
        path,
        `a protection asks for up to ${mostChecks} checks and ${mostApprovals} approvals`,
      );
    }
  }
}
