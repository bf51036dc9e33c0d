import type { Revision } from '@trueup/engine';

import type { Mirror } from '../mirror/open-mirror.ts';
import { checkRevision } from './look-at-branch.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly revision: Revision;
  readonly parents: readonly Revision[];
  readonly author: Person;
  /** RFC 3339. */
  readonly authoredAt: string;
  readonly committer: Person;
  /** RFC 3339. */
  readonly committedAt: string;
  /** First paragraph of the message, in one line. */
  readonly summary: string;
}

export interface CommitsRequest {
  /** Commits that are reachable from it are left out. All count when absent. */
  readonly from?: Revision;
  readonly to: Revision;
  /** At most so many, the newest ones. */
  readonly limit: number;
}

/** The commits that one revision has and the other has not, newest first. `more`: the limit cut some off. */
export async function commitsBetween(
  mirror: Mirror,
  { from, to, limit }: CommitsRequest,
  signal: AbortSignal,
): Promise<{ readonly commits: readonly Commit[]; readonly more: boolean }> {
  const range = from === undefined ? [] : [`^${checkRevision(from)}`];
  const options = ['-z', `--format=tformat:${format}`, `--max-count=${limit + 1}`];
  const arguments_ = ['log', ...options, '--no-show-signature', checkRevision(to), ...range, '--'];
  const { stdout } = await mirror.run({ arguments: arguments_ }, signal);
  const commits = parseLog(stdout.toString());
  return { commits: commits.slice(0, limit), more: commits.length > limit };
}

const fields = ['%H', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%s'];
const format = fields.join('%x00');

/** Every field and every commit ends with NUL, which none of them holds. */
function parseLog(text: string): readonly Commit[] {
  const parts = text.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= parts.length; at += fields.length) {
    const [revision = '', parents = '', ...rest] = parts.slice(at, at + fields.length);
    const [name = '', email = '', authored, committer = '', mail = '', committed, summary = ''] =
      rest;
    commits.push({
      revision,
      parents: parents.split(' ').filter(Boolean),
      author: { name, email },
      authoredAt: formatTime(authored),
      committer: { name: committer, email: mail },
      committedAt: formatTime(committed),
      summary,
    });
  }
  return commits;
}

/** From seconds since 1970. Dates beyond what JavaScript knows are cut off. */
export function formatTime(seconds: string | undefined): string {
  const ms = Number(seconds ?? 0) * 1000;
  const latest = 8_640_000_000_000_000;
  return new Date(Math.min(Math.max(Number.isFinite(ms) ? ms : 0, 0), latest)).toISOString();
}
