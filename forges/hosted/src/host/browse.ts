/** What lies in a repository at a revision, for people without a clone. */
import type { ForgeUser } from '@trueup/forge-sdk';
import { isBranchName } from '@trueup/repository';

import { isCommitId } from '../model/is-mistakable.ts';
import { protectionsOf } from '../model/match-branch.ts';
import { invalid, notFound } from '../translate-errors.ts';
import type { Page } from './record-shelf.ts';
import type { OpenRepository, RepositoryHost } from './repository-host.ts';

export interface Branch {
  readonly name: string;
  readonly commit: string;
  readonly isDefault: boolean;
  /** It changes by merge requests only. */
  readonly isProtected: boolean;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'program' | 'link' | 'folder' | 'submodule';
}

/**
 * - `folder`: `more` says that there are further entries than a page should hold.
 * - `text`: the whole file, without a byte order mark lost or a line ending changed.
 * - `binary`, `large`: nothing that a page should show.
 * - `lfs`: the file lies elsewhere; what is here names it.
 * - `link`: where a symbolic link leads to.
 * - `submodule`: a commit of another repository.
 */
export type PathContent =
  | { readonly kind: 'folder'; readonly entries: readonly FolderEntry[]; readonly more: boolean }
  | { readonly kind: 'text'; readonly size: number; readonly text: string }
  | { readonly kind: 'binary'; readonly size: number }
  | { readonly kind: 'large'; readonly size: number }
  | { readonly kind: 'lfs'; readonly oid: string; readonly size: number }
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'submodule'; readonly commit: string };

export interface PathView {
  readonly path: string;
  /** That was looked at. */
  readonly commit: string;
  /** Absent where a commit was named. */
  readonly branch?: string;
  readonly content: PathContent;
}

export interface PathRequest {
  /** A branch, or a whole commit. The default branch if absent. */
  readonly revision?: string;
  /** With `/`, without one at its ends. Empty for the root. */
  readonly path: string;
}

export interface HistoryRequest extends PathRequest {
  readonly after?: string;
  readonly limit: number;
}

export interface HistoryEntry {
  readonly commit: string;
  /** Hostile: as the commit says, which anybody writes. */
  readonly author: Pick<ForgeUser, 'login'> & { readonly email: string };
  readonly at: string;
  readonly summary: string;
}

const mostEntries = 5000;
/** What people read in a page; more of it would only make the page slow. */
const mostTextBytes = 1024 * 1024;
const mostCommits = 100;
const deepest = 100_000;
const longestPath = 4096;

/** The default branch first, then by name. */
export async function listBranches(host: RepositoryHost, path: string): Promise<readonly Branch[]> {
  const { repository, git } = await host.open(path);
  const branches = [...git.heads].map(([name, commit]) => ({
    name,
    commit,
    isDefault: name === repository.defaultBranch,
    isProtected: protectionsOf(repository, name).length > 0,
  }));
  return branches.toSorted(
    (one, other) =>
      Number(other.isDefault) - Number(one.isDefault) || (one.name < other.name ? -1 : 1),
  );
}

/** `FORGE_NOT_FOUND` where there is no such revision, or nothing at the path. */
export async function readPath(
  host: RepositoryHost,
  path: string,
  request: PathRequest,
  signal: AbortSignal,
): Promise<PathView> {
  const open = await host.open(path);
  const { commit, branch } = await resolve(open, request.revision);
  const { own } = open.git;
  const segments = toSegments(request.path, path);
  const root = await own.trees.rootOf(commit, signal);
  const place = await own.trees.find(root, segments, signal);
  if (place.kind !== 'entry') throw notFound(`${path}: ${request.path}`);
  const { entry } = place;
  const view = { path: request.path, commit, ...(branch !== undefined && { branch }) };
  if (entry.kind === 'submodule') {
    return { ...view, content: { kind: 'submodule', commit: entry.id } };
  }
  if (entry.kind === 'folder')
    return { ...view, content: await readFolder(open, entry.id, signal) };
  const object = await own.objects.read(entry.id, signal);
  if (object.kind === 'missing') throw notFound(`${path}: ${request.path}`);
  if (object.kind === 'too-large')
    return { ...view, content: { kind: 'large', size: object.size } };
  const isLink = entry.kind === 'link';
  return { ...view, content: isLink ? toLink(object.body) : toContent(object.body) };
}

/** The commits that a branch has, or those of them that changed what lies at the path; the newest first. */
export async function listHistory(
  host: RepositoryHost,
  path: string,
  request: HistoryRequest,
  signal: AbortSignal,
): Promise<Page<HistoryEntry>> {
  const open = await host.open(path);
  const from = parseCursor(request.after, path);
  const start = from?.start ?? (await resolve(open, request.revision)).commit;
  if (from && !(await open.git.hasCommit(start))) throw notFound(`${path}: ${start}`);
  const skip = from?.skip ?? 0;
  const limit = Math.min(Math.max(request.limit, 1), mostCommits);
  const segments = toSegments(request.path, path);
  const options = [
    '-z',
    `--format=tformat:${format}`,
    `--max-count=${limit + 1}`,
    `--skip=${skip}`,
  ];
  const paths = segments.length > 0 ? [segments.join('/')] : [];
  const words = ['log', ...options, '--no-show-signature', start, '--', ...paths];
  const { stdout } = await open.git.own.run({ arguments: words }, signal);
  const entries = parseLog(stdout.toString());
  const items = entries.slice(0, limit);
  const more = entries.length > limit && skip + limit < deepest;
  return { items, ...(more && { next: `${start}:${skip + limit}` }) };
}

async function resolve(
  { repository, git }: OpenRepository,
  revision: string = repository.defaultBranch,
): Promise<{ readonly commit: string; readonly branch?: string }> {
  // Whatever branches may be called so: an id is one commit's.
  const mayBranch = isBranchName(revision) && !isCommitId(revision);
  const head = mayBranch ? git.heads.get(revision) : undefined;
  if (head !== undefined) return { commit: head, branch: revision };
  if (await git.hasCommit(revision)) return { commit: revision };
  throw notFound(`${repository.path}: ${revision}`);
}

function toSegments(path: string, subject: string): readonly string[] {
  if (path === '') return [];
  const segments = path.split('/');
  const isOdd = segments.some((one) => one === '' || one === '.' || one === '..');
  if (isOdd || path.length > longestPath || path.includes('\0')) {
    throw invalid(subject, 'that is not a path below its root');
  }
  return segments;
}

async function readFolder(
  { git }: OpenRepository,
  id: string,
  signal: AbortSignal,
): Promise<PathContent> {
  const tree = await git.own.trees.read(id, signal);
  const entries = [...tree].map(([name, { kind }]) => ({ name, kind }));
  const rank = ({ kind }: FolderEntry): number => (kind === 'folder' ? 0 : 1);
  const sorted = entries.toSorted(
    (one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1),
  );
  return {
    kind: 'folder',
    entries: sorted.slice(0, mostEntries),
    more: sorted.length > mostEntries,
  };
}

function toLink(body: Buffer): PathContent {
  return { kind: 'link', text: body.toString('utf8').slice(0, longestPath) };
}

function toContent(body: Buffer): PathContent {
  const size = body.length;
  const pointer = readPointer(body);
  if (pointer) return { kind: 'lfs', ...pointer };
  if (size > mostTextBytes) return { kind: 'large', size };
  const text = readText(body);
  return text === undefined ? { kind: 'binary', size } : { kind: 'text', size, text };
}

/** `undefined` for what would not be written back as it was. */
function readText(body: Buffer): string | undefined {
  if (body.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** What Git LFS keeps in the place of a file. */
function readPointer(body: Buffer): { readonly oid: string; readonly size: number } | undefined {
  if (body.length > 1024) return undefined;
  const [, oid, size] =
    /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid (sha256:[0-9a-f]{64})\nsize (\d{1,15})\n/.exec(
      body.toString('latin1'),
    ) ?? [];
  return oid === undefined ? undefined : { oid, size: Number(size) };
}

const fields = ['%H', '%an', '%ae', '%at', '%s'];
const format = fields.join('%x00');

/** Every field and every commit ends with NUL, which none of them holds. */
function parseLog(text: string): readonly HistoryEntry[] {
  const parts = text.split('\0');
  const entries: HistoryEntry[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [commit = '', login = '', email = '', seconds, summary = ''] = parts.slice(at);
    entries.push({ commit, author: { login, email }, at: toTime(seconds), summary });
  }
  return entries;
}

function toTime(seconds: string | undefined): string {
  const ms = Number(seconds) * 1000;
  const latest = 8_640_000_000_000_000;
  return new Date(Number.isFinite(ms) ? Math.min(Math.max(ms, 0), latest) : 0).toISOString();
}

function parseCursor(
  cursor: string | undefined,
  subject: string,
): { readonly start: string; readonly skip: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, start = '', skip] = /^([0-9a-f]{40,64}):(\d{1,6})$/.exec(cursor) ?? [];
  if (start === '') throw invalid(subject, 'that is not where a page begins');
  return { start, skip: Number(skip) };
}
