import { OperationError } from '@trueup/diagnostics';
import { compareRevisions, type PathChange } from '@trueup/repository';

import { invalid } from '../translate-errors.ts';
import type { HostedGit } from './hosted-git.ts';
import { getRequest } from './merge-request.ts';
import type { Page } from './record-shelf.ts';
import type { RepositoryHost } from './repository-host.ts';

export interface FileDiff extends PathChange {
  /** Unified, from its first `@@` on. Empty for a file that is no text. Absent where it is too long. */
  readonly patch?: string;
}

export interface DiffRequest {
  readonly number: number;
  /** Path of the last file of the page before. */
  readonly after?: string;
  /** How many files. */
  readonly limit: number;
}

/** Of a page, and of one file. */
const mostBytes = 4 * 1024 * 1024;
const mostFileBytes = 512 * 1024;
const mostFiles = 100;

/** The paths that a merge request changes. */
export interface RequestChanges {
  /** Head of the target branch; of one that has ended what the forge remembers. */
  readonly target: string;
  readonly changes: readonly PathChange[];
  /** A file of the repository at a commit; `undefined` where there is none. */
  readonly read: (commit: string, path: string) => Promise<Buffer | undefined>;
}

/** Empty where the two have no history in common. */
export async function listChanges(
  host: RepositoryHost,
  path: string,
  number: number,
  signal: AbortSignal,
): Promise<RequestChanges> {
  const { git } = await host.open(path);
  const { target, range } = await findRange(host, path, number, signal);
  const changes = range ? await compareRevisions(git.own, ...range, signal) : [];
  return { target, changes, read: (commit, file) => git.read(commit, file) };
}

/** What a merge request changes since its branch left the target, by path. */
export async function readDiff(
  host: RepositoryHost,
  path: string,
  { number, after, limit }: DiffRequest,
  signal: AbortSignal,
): Promise<Page<FileDiff>> {
  const { git } = await host.open(path);
  const { range } = await findRange(host, path, number, signal);
  if (!range) throw invalid(`${path}!${number}`, 'the two have no history in common');
  const all = await compareRevisions(git.own, ...range, signal);
  const left = all.filter((change) => after === undefined || isBehind(change.path, after));
  const page = left.slice(0, Math.min(Math.max(limit, 1), mostFiles));
  const last = page.at(-1);
  const items = await readPatches(git, range, page, signal);
  return { items, ...(last && left.length > page.length && { next: last.path }) };
}

/** git sorts by bytes. */
function isBehind(path: string, after: string): boolean {
  return Buffer.compare(Buffer.from(path), Buffer.from(after)) > 0;
}

type Range = readonly [base: string, head: string];

async function findRange(
  host: RepositoryHost,
  path: string,
  number: number,
  signal: AbortSignal,
): Promise<{ readonly target: string; readonly range: Range | undefined }> {
  const open = await host.open(path);
  const { state, targetBranch, targetCommit, sourceCommit } = await getRequest(host, open, number);
  const current = state === 'open' ? open.git.heads.get(targetBranch) : undefined;
  const target = current ?? targetCommit;
  const base = await findBase(open.git, target, sourceCommit, signal);
  return { target, range: base === undefined ? undefined : [base, sourceCommit] };
}

async function findBase(
  { own }: HostedGit,
  target: string,
  source: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = { arguments: ['merge-base', target, source], answers: [0, 1] };
  const { exitCode, stdout } = await own.run(call, signal);
  return exitCode === 0 ? stdout.toString('latin1').trim() : undefined;
}

async function readPatches(
  git: HostedGit,
  range: Range,
  page: readonly PathChange[],
  signal: AbortSignal,
): Promise<readonly FileDiff[]> {
  const paths = page.map(({ path }) => path);
  const whole = paths.length > 0 ? await diff(git, range, { paths, most: mostBytes }, signal) : '';
  const patches = whole === undefined ? [] : splitPatches(whole);
  if (patches.length === page.length) {
    return page.map((change, index) => bounded(change, patches[index] ?? ''));
  }
  const files: FileDiff[] = [];
  for (const change of page) {
    const wanted = { paths: [change.path], most: mostFileBytes };
    const patch = await diff(git, range, wanted, signal);
    files.push(patch === undefined ? change : bounded(change, patch));
  }
  return files;
}

function bounded(change: PathChange, patch: string): FileDiff {
  const hunks = patch.indexOf('\n@@ ');
  const text = hunks < 0 ? '' : patch.slice(hunks + 1);
  return text.length > mostFileBytes ? change : { ...change, patch: text };
}

/** A line of content begins with a blank, `+`, `-` or a backslash, never with a word. */
function splitPatches(text: string): readonly string[] {
  return text.split(/^(?=diff --git )/m).filter((patch) => patch.startsWith('diff --git '));
}

/** `undefined` when it is longer than it may be. */
async function diff(
  { own }: HostedGit,
  [base, head]: Range,
  { paths, most }: { readonly paths: readonly string[]; readonly most: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = ['-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const arguments_ = ['diff-tree', ...options, base, head, '--', ...paths];
  try {
    const { stdout } = await own.run({ arguments: arguments_, stdoutBytes: most }, signal);
    return stdout.toString();
  } catch (error) {
    const isLong = error instanceof OperationError && error.code === 'REPOSITORY_ANSWER_TOO_LONG';
    if (isLong) return undefined;
    throw error;
  }
}
