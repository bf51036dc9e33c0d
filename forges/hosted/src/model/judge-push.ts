import type { Permission } from '@trueup/forge-sdk';
import { isBranchName } from '@trueup/repository';

import type { HostedRepository } from './hosted-repository.ts';
import { isMistakable } from './is-mistakable.ts';
import { protectionsOf } from './match-branch.ts';

/** What a push is to do to one ref. */
export interface PushCommand {
  /** All zeros for a ref that is to be made. */
  readonly before: string;
  /** All zeros for a ref that is to go. */
  readonly after: string;
  /** In full. Hostile. */
  readonly ref: string;
}

export interface PushFacts {
  readonly repository: Pick<HostedRepository, 'protections'>;
  readonly heads: ReadonlyMap<string, string>;
  readonly permission: Permission;
}

/** Why a ref may not be pushed, by ref; empty when all may. One word or a few, as git shows them. */
export function judgePush(
  commands: readonly PushCommand[],
  facts: PushFacts,
): ReadonlyMap<string, string> {
  const refused = commands.flatMap((command): [string, string][] => {
    const reason = refusalOf(command, facts);
    return reason === undefined ? [] : [[command.ref, reason]];
  });
  return new Map(refused);
}

function refusalOf(
  { ref, before, after }: PushCommand,
  { repository, heads, permission }: PushFacts,
): string | undefined {
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (kind === undefined) return 'only branches and tags may be pushed';
  if (!isBranchName(name)) return 'not a name that is taken here';
  // Those from before this was refused may go.
  if (isMistakable(name) && !/^0+$/.test(after)) return 'a name that stands for something else';
  // git itself compares what the client says of a ref with where it is.
  const isNew = /^0+$/.test(before);
  if (kind === 'tags') {
    return isNew || permission === 'admin' ? undefined : 'a tag stays where it is';
  }
  const isProtected = protectionsOf(repository, name).length > 0;
  // Also where we have not heard yet that the branch is there.
  return isProtected && !(isNew && !heads.has(name))
    ? 'protected branch: it changes by merge requests only'
    : undefined;
}
