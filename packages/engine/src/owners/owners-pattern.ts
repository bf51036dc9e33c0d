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
type Segment =
  | { readonly kind: 'deep' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'glob'; readonly tokens: readonly Token[] };

const deep: Segment = { kind: 'deep' };

export interface OwnersPattern {
  readonly segments: readonly Segment[];
  /** It names a folder, so it takes in what lies below and not a file of that name. */
  readonly folder: boolean;
  /** It takes in what lies below a folder of that name, too. */
  readonly below: boolean;
  /** Some of its segments are more than names: it takes longer to match. */
  readonly stars: boolean;
}

/** Never fails: a bracket or a brace means itself. */
export function parseOwnersPattern(written: string, dialect: OwnersDialect): OwnersPattern {
  const anchored = written.startsWith('/');
  const folder = written.endsWith('/');
  const inner = written.slice(anchored ? 1 : 0, folder ? -1 : undefined);
  const parts = splitSegments(inner);
  const atRoot = anchored || (dialect === 'github' && parts.length > 1);
  const segments = parts.map(toSegment);
  const last = parts.at(-1) ?? '';
  const everything = last === '*' && (parts.length > 1 || anchored);
  return {
    segments: atRoot ? segments : [deep, ...segments],
    folder,
    below: folder || (dialect === 'github' && !everything),
    stars: segments.some(({ kind }) => kind === 'glob'),
  };
}

/** Slashes cannot be escaped: no path has another kind. */
function splitSegments(inner: string): readonly string[] {
  return inner.split('/').filter((part) => part !== '');
}

function toSegment(part: string): Segment {
  if (part === '**') return deep;
  // Most are names, and a file has thousands of lines.
  return /[*?\\]/.test(part)
    ? { kind: 'glob', tokens: toTokens(part) }
    : { kind: 'name', name: part };
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

/** `parts` of a path from the repository's root. */
export function matchesOwnersPattern(
  { segments, folder, below }: OwnersPattern,
  parts: readonly string[],
): boolean {
  if (segments.length === 0) return folder;
  // Nearly all of a long file names some folder that is not there.
  if (segments.some((one) => one.kind === 'name' && !parts.includes(one.name))) return false;
  const reached = walk(segments, parts);
  const [first] = reached;
  if (first === undefined) return false;
  const isExact = !folder && reached.at(-1) === parts.length;
  return isExact || (below && first < parts.length);
}

/** Which of the path's parts may come next, after all segments. Ascending. */
function walk(segments: readonly Segment[], parts: readonly string[]): readonly number[] {
  let reached: readonly number[] = [0];
  for (const [index, segment] of segments.entries()) {
    // At the end it stands for what lies inside, so for one part at least.
    const least = index > 0 && index === segments.length - 1 ? 1 : 0;
    reached =
      segment.kind === 'deep'
        ? goDeep(reached, least, parts.length)
        : reached.filter((at) => isNamed(segment, parts[at])).map((at) => at + 1);
    if (reached.length === 0) break;
  }
  return reached;
}

function goDeep(reached: readonly number[], least: number, length: number): readonly number[] {
  const first = (reached[0] ?? 0) + least;
  return Array.from({ length: Math.max(length - first + 1, 0) }, (_, index) => first + index);
}

function isNamed(segment: Exclude<Segment, { kind: 'deep' }>, part: string | undefined): boolean {
  if (part === undefined) return false;
  return segment.kind === 'name' ? segment.name === part : matchesTokens(segment.tokens, [...part]);
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
