/** Branches and merge requests of adoptions, on the built-in forge and on others alike. */
import type { RepositoryRecord, Revision } from '@trueup/engine';
import type { HostedActor, RepositoryHost } from '@trueup/forge-hosted';

import type { ForgePlace } from '../forges/forge-place.ts';
import type { GitRepository } from '../repository/git-repository.ts';

export interface BranchContent {
  readonly branch: string;
  /** Text by path, on top of `base`. */
  readonly files: ReadonlyMap<string, string>;
  readonly base: Revision;
  readonly message: string;
  /** RFC 3339: the same content makes the same commit. */
  readonly at: string;
}

export interface OpenedProposal {
  readonly number: number;
  readonly url?: string;
}

export interface ProposalBranch {
  /** Id on the forge of the account that merge requests are opened by. */
  opener(signal: AbortSignal): Promise<string>;
  /** Where the branch is then; `undefined` where one of this name is elsewhere than expected. */
  put(
    content: BranchContent,
    expected: Revision | undefined,
    signal: AbortSignal,
  ): Promise<Revision | undefined>;
  /** The open one from this branch, if there is one, is the answer. */
  open(
    words: { readonly branch: string; readonly title: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<OpenedProposal>;
}

/** By a commit of the mirror, which is pushed. */
export function branchElsewhere(
  { branch: targetBranch }: Pick<RepositoryRecord, 'branch'>,
  {
    git,
    place,
    author,
  }: {
    readonly git: GitRepository;
    readonly place: ForgePlace;
    readonly author: { readonly name: string; readonly email: string };
  },
): ProposalBranch {
  return {
    async opener(signal) {
      const { self } = await place.forge.describe(place.repository, { signal });
      return self.id;
    },
    async put({ branch, ...content }, expected, signal) {
      const revision = await git.commitFiles({ ...content, author }, signal);
      if (revision === undefined) return undefined;
      const to = { branch, revision, ...(expected !== undefined && { expected }) };
      return (await git.pushBranch(to, signal)) ? revision : undefined;
    },
    async open({ branch, title, body }, signal) {
      const wanted = { sourceBranch: branch, targetBranch, title, body };
      const { number, url } = await place.forge.openMergeRequest(place.repository, wanted, {
        signal,
      });
      return { number, url };
    },
  };
}

/** As an account of the built-in forge, so that whoever asks is its author there. */
export function branchOfHosted(
  { branch: targetBranch }: Pick<RepositoryRecord, 'branch'>,
  {
    host,
    path,
    actor,
    urlOf,
  }: {
    readonly host: RepositoryHost;
    readonly path: string;
    readonly actor: HostedActor;
    readonly urlOf: (number: number) => string | undefined;
  },
): ProposalBranch {
  return {
    opener: async () => actor.user.id,
    async put({ branch, files, base, message }, expected) {
      const { editFiles } = await import('@trueup/forge-hosted');
      const { git } = await host.open(path);
      const head = git.heads.get(branch);
      if (head !== expected) return undefined;
      const edits = [...files].map(([file, content]) => ({ path: file, content }));
      const edit = { branch, from: base, message, files: edits };
      const place = expected === undefined ? edit : { ...edit, expected };
      return (await editFiles(host, path, place, actor)).commit;
    },
    async open({ branch, title, body }) {
      const { openRequest } = await import('@trueup/forge-hosted');
      const wanted = { sourceBranch: branch, targetBranch, title, body };
      const { number } = await openRequest(host, path, wanted, actor);
      const url = urlOf(number);
      return { number, ...(url !== undefined && { url }) };
    },
  };
}
