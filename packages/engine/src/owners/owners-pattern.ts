/**
 * Patterns of CODEOWNERS, without regular expressions: the time to match is bounded by the product of
 * both lengths, whatever somebody wrote.
 */

/**
 * How a file is read. Both match like `.gitignore`, and differ in two things: `a/b` without a leading
 * slash lies at the root for GitHub and Gitea, and anywhere for GitLab; `a/b` without a
 * trailing slash takes in what lies below it for GitHub and Gitea, and is one file for GitLab.
 */
export type OwnersDialect = 'github' | 'gitlab';

type Token = { readonly is: string } | 'any-text' | 'any-character';

/** `deep` stands for any number of folders. */
type Segment = readonly Token[] | 'deep';

export interface OwnersPattern {
  readonly segments: readonly Segment[];
  /** It names a folder, so it takes in what lies below and not a file of that name. */
  readonly folder: boolean;
  /** It takes in what lies below a folder of that name, too. */
  readonly below: boolean;
}

/** Never fails: a bracket or a brace means itself. */
export function parseOwnersPattern(written: string, dialect: OwnersDialect): OwnersPattern {
  const anchored = written.startsWith('/');
  const folder = written.endsWith('/');
  const inner = written.slice(anchored ? 1 : 0, folder ? -1 : undefined);
  const parts = splitSegments(inner);
  const atRoot = anchored || (dialect === 'github' && parts.length > 1);
  const segments: Segment[] = parts.map((part) => (part === '**' ? 'deep' : toTokens(part)));
  const last = parts.at(-1) ?? '';
  const everything = last === '*' && (parts.length > 1 || anchored);
  return {
    segments: atRoot ? segments : ['deep', ...segments],
    folder,
    below: folder || (dialect === 'github' && !everything),
  };
}

/** Slashes cannot be escaped: no path has another kind. */
function splitSegments(inner: string): readonly string[] {
  return inner.split('/').filter((part) => part !== '');
}

function toTokens(part: string): readonly Token[] {
  const tokens: Token[] = [];
  let escaped = false;
  for (const character of part) {
    if (escaped) tokens.push({ is: character });
    else if (character === '*') tokens.push('any-text');
    else if (character === '?') tokens.push('any-character');
    else if (character !== '\\') tokens.push({ is: character });
    escaped = !escaped && character === '\\';
  }
  return tokens;
}

/** `path` from the repository's root, without a leading slash. */
export function matchesOwnersPattern(
  { segments, folder, below }: OwnersPattern,
  path: string,
): boolean {
  if (segments.length === 0) return folder;
  const parts = path.split('/');
  // Which of the path's parts may come next, after each segment of the pattern.
  let reached = new Set([0]);
  for (const [index, segment] of segments.entries()) {
    // At the end it stands for what lies inside, so for one part at least.
    const least = index > 0 && index === segments.length - 1 ? 1 : 0;
    reached =
      segment === 'deep' ? goDeep(reached, least, parts.length) : step(segment, reached, parts);
    if (reached.size === 0) return false;
  }
  const isExact = !folder && reached.has(parts.length);
  return isExact || (below && [...reached].some((at) => at < parts.length));
}

function goDeep(reached: ReadonlySet<number>, least: number, length: number): Set<number> {
  const first = Math.min(...reached) + least;
  const count = Math.max(length - first + 1, 0);
  return new Set(Array.from({ length: count }, (_, index) => first + index));
}

function step(
  segment: readonly Token[],
  reached: ReadonlySet<number>,
  parts: readonly string[],
): Set<number> {
  const next = new Set<number>();
  for (const at of reached) {
    const part = parts[at];
    if (part !== undefined && matchesTokens(segment, [...part])) next.add(at + 1);
  }
  return next;
}

function matchesTokens(tokens: readonly Token[], characters: readonly string[]): boolean {
  let at = 0;
  let into = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const token = tokens[into];
    if (token === 'any-text') {
      star = into;
      resume = at;
      into += 1;
    } else if (token !== undefined && isOne(token, characters[at])) {
      into += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      into = star + 1;
    } else return false;
  }
  return tokens.slice(into).every((rest) => rest === 'any-text');
}

function isOne(token: Exclude<Token, 'any-text'>, character: string | undefined): boolean {
  return token === 'any-character' || token.is === character;
}
