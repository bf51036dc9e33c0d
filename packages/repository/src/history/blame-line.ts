import { OperationError } from '@trueup/diagnostics';
import type { Revision } from '@trueup/engine';

import { formatPath, parsePath } from '../files/repository-path.ts';
import type { Mirror } from '../mirror/open-mirror.ts';
import { formatTime, type Person } from './commits-between.ts';
import { checkRevision } from './look-at-branch.ts';

/** Who wrote a line last. */
export interface BlamedLine {
  readonly revision: Revision;
  readonly author: Person;
  /** RFC 3339. */
  readonly authoredAt: string;
  /** First line of the commit's message. */
  readonly summary: string;
  /** Where the line was in that commit: files are renamed. */
  readonly file: string;
  readonly line: number;
}

export interface BlameRequest {
  readonly revision: Revision;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** `undefined` when the revision has no such file, or the file no such line. */
export async function blameLine(
  mirror: Mirror,
  { revision, file, line }: BlameRequest,
  signal: AbortSignal,
): Promise<BlamedLine | undefined> {
  const path = parsePath(file);
  if (!path || path.length === 0 || !(Number.isSafeInteger(line) && line > 0)) return undefined;
  const options = ['--porcelain', '--no-textconv', '-L', `${line},${line}`];
  const arguments_ = ['blame', ...options, checkRevision(revision), '--', formatPath(path)];
  try {
    const { stdout } = await mirror.run({ arguments: arguments_ }, signal);
    return parseBlame(stdout.toString());
  } catch (error) {
    if (error instanceof OperationError && error.code === 'REPOSITORY_LINE_MISSING') {
      return undefined;
    }
    throw error;
  }
}

/** Of `--porcelain`: `ID OLDLINE NEWLINE COUNT`, then `NAME VALUE` lines, then a tab and the line itself. */
export function parseBlame(text: string): BlamedLine | undefined {
  const [head = '', ...lines] = text.split('\n');
  const [revision, line] = head.split(' ');
  const end = lines.findIndex((one) => one.startsWith('\t'));
  if (!revision || end < 0) return undefined;
  const values = new Map(
    lines.slice(0, end).map((one) => {
      const space = one.indexOf(' ');
      return space < 0 ? [one, ''] : [one.slice(0, space), one.slice(space + 1)];
    }),
  );
  const value = (name: string) => values.get(name) ?? '';
  return {
    revision,
    author: { name: value('author'), email: value('author-mail').replace(/^<|>$/g, '') },
    authoredAt: formatTime(values.get('author-time')),
    summary: value('summary'),
    file: unquote(value('filename')),
    line: Number(line),
  };
}

/** Names with quotes, tabs or newlines come as a C string. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  return name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_match, code: string) =>
      code.length === 3
        ? String.fromCharCode(Number.parseInt(code, 8))
        : (escapes.get(code) ?? code),
    );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
]);
