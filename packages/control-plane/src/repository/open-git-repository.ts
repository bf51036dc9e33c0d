import type { RepositoryRecord, Revision } from '@trueup/engine';
import {
  blameLine,
  bringRevision,
  type Connection,
  collectGarbage,
  commitFiles,
  commitsBetween,
  compareRevisions,
  type Git,
  identifyPaths,
  keepOnly,
  keepRevision,
  type Mirror,
  mergeRevisions,
  openMirror,
  openRevision,
  pushCommit,
  resolveBranch,
  takeBack,
} from '@trueup/repository';

import type { Commit, GitRepository } from './git-repository.ts';
import { listDirectories } from './list-directories.ts';
import { parseCredential } from './parse-credential.ts';

export interface OpenGitRepositoryOptions {
  readonly git: Git;
  readonly connection: Omit<Connection, 'credentials'>;
  readonly repository: RepositoryRecord;
  /** Belongs to the mirror alone. */
  readonly folder: string;
  readonly readCredential: () => Promise<string | undefined>;
}

/** A mirror on disk, as the control plane needs it. It fetches the followed branch alone. */
export async function openGitRepository(options: OpenGitRepositoryOptions): Promise<GitRepository> {
  const mirror = await mirrorOf(options);
  const { branch } = options.repository;
  // What is asked without a signal ends with the mirror.
  const closing = new AbortController();
  return {
    head: () => resolveBranch(mirror, branch, closing.signal),
    fetch: (signal) => mirror.fetch(signal),
    open: (revision, signal) => openRevision(mirror, revision, signal),
    directories: (revision, signal) => listDirectories(mirror, revision, signal),
    identify: (revision, paths, signal) => identifyPaths(mirror, revision, paths, signal),
    commit: (revision, signal) => readCommit(mirror, revision, signal),
    commitsBetween: async (range, signal) => {
      const { commits } = await commitsBetween(mirror, range, signal);
      return commits.map(({ revision, author, committer }) => ({
        revision,
        emails: [...new Set([author.email, committer.email])],
      }));
    },
    changedFiles: async (from, to, signal) =>
      (await compareRevisions(mirror, from, to, signal)).map(({ path }) => path).sort(),
    bring: (wanted, signal) => bringRevision(mirror, wanted, signal),
    merge: async (into, from, signal) => {
      const result = await mergeRevisions(mirror, into, from, signal);
      if (result.kind === 'merged') await keepRevision(mirror, result.revision, signal);
      return result;
    },
    takeBack: (taking, signal) => takeBack(mirror, { ...taking, committer: trueup }, signal),
    commitFiles: ({ files, ...edit }, signal) => {
      const changes = [...files].map(([path, content]) => ({ path, content }));
      return commitFiles(mirror, { ...edit, changes, committer: trueup }, signal);
    },
    pushBranch: async (place, signal) =>
      (await pushCommit(mirror, place, signal)).kind === 'pushed',
    blame: async (place, signal) => {
      const line = await blameLine(mirror, place, signal);
      if (!line) return undefined;
      const { author, authoredAt, revision, summary } = line;
      const { name, email } = author;
      return { revision, author: name, email, committedAt: authoredAt, summary };
    },
    tidy: async (needed, signal) => {
      await keepOnly(mirror, needed, signal);
      await collectGarbage(mirror, signal);
    },
    close: async () => {
      closing.abort(new Error('the repository is closed'));
      await mirror[Symbol.asyncDispose]();
    },
  };
}

const trueup = { name: 'Trueup', email: 'trueup@localhost' };

function mirrorOf(options: OpenGitRepositoryOptions): Promise<Mirror> {
  const { git, connection, repository, folder, readCredential } = options;
  const { name, url, branch, credential } = repository;
  const find = async () => {
    const text = await readCredential();
    return text === undefined ? undefined : parseCredential(text, name);
  };
  return openMirror(
    {
      git,
      connection: { ...connection, credentials: { find } },
      name,
      url,
      folder,
      // A pattern, since git takes it for a failure when the remote lacks a branch that is named.
      refspecs: [`refs/heads/${branch}*:refs/heads/${branch}*`],
      ...(credential !== undefined && { credential }),
    },
    new AbortController().signal,
  );
}

async function readCommit(
  mirror: Mirror,
  revision: Revision,
  signal: AbortSignal,
): Promise<Commit> {
  const { commits } = await commitsBetween(mirror, { to: revision, limit: 1 }, signal);
  const [commit] = commits;
  if (!commit) throw new Error(`${revision}: a commit without a log`);
  const { author, committedAt, summary } = commit;
  return { revision, author: author.name, email: author.email, committedAt, summary };
}
