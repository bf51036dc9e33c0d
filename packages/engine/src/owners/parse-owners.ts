/**
 * Reads CODEOWNERS as GitHub, Gitea and GitLab write it. It never throws: a line that cannot be read is
 * told, and what it protects is owned by nobody whom we know rather than by anybody (P3).
 */
import type { Diagnostic } from '@trueup/diagnostics';

import { type OwnersDialect, type OwnersPattern, parseOwnersPattern } from './owners-pattern.ts';

/** Where the file may lie, the first one that is there counts. */
export const ownersPaths = [
  'CODEOWNERS',
  '.github/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  '.gitea/CODEOWNERS',
  'docs/CODEOWNERS',
] as const;

export interface OwnersFile {
  /** From the repository's root. */
  readonly path: string;
  /** The unnamed one first. */
  readonly sections: readonly OwnersSection[];
  readonly diagnostics: readonly Diagnostic[];
}

/** GitLab asks for an approval of each section; GitHub and Gitea know one, without a name. */
export interface OwnersSection {
  /** Empty for the entries before the first heading. */
  readonly name: string;
  /** Nobody has to approve: `^[Docs]`. */
  readonly optional: boolean;
  /** So many have to approve: `[Database][2]`. */
  readonly count: number;
  /** In the order of the file: of those that match, the last one counts. */
  readonly entries: readonly OwnersEntry[];
}

export interface OwnersEntry {
  readonly line: number;
  readonly pattern: OwnersPattern;
  /** As written: `@ann`, `@shop/ops`, `ann@example.com`. Empty: nobody owns it. */
  readonly owners: readonly string[];
  /** `!path`: not of this section, whatever other entries say. */
  readonly excluded: boolean;
}

const mostCharacters = 1_000_000;
const mostLines = 20_000;
const mostOwners = 200;
const mostDiagnostics = 50;

/** `undefined` for a file that is larger than any that a person keeps; `kind` is the forge's, if known. */
export function parseOwners(
  text: string,
  { path, kind }: { readonly path: string; readonly kind?: string },
): OwnersFile | undefined {
  if (text.length > mostCharacters) return undefined;
  const lines = text.split(/\r\n?|\n/);
  if (lines.length > mostLines) return undefined;
  const dialect = dialectOf(path, kind, lines);
  const reading: Reading = { path, dialect, sections: new Map(), diagnostics: [] };
  let section = openSection(reading, { name: '', optional: false, count: 1, owners: [] });
  for (const [index, line] of lines.entries()) {
    const words = splitWords(index === 0 ? line.replace(/^\uFEFF/, '') : line);
    if (words.length === 0) continue;
    const heading = parseHeading(line, reading, index + 1);
    if (heading) section = openSection(reading, heading);
    else addEntry(section, words, { reading, line: index + 1 });
  }
  const sections = [...reading.sections.values()];
  return { path, sections, diagnostics: reading.diagnostics };
}

interface Reading {
  readonly path: string;
  readonly dialect: OwnersDialect;
  readonly sections: Map<string, OpenSection>;
  readonly diagnostics: Diagnostic[];
}

interface OpenSection extends OwnersSection {
  readonly entries: OwnersEntry[];
  /** Own those of its paths that name nobody. Of the heading that was read last. */
  readonly owners: readonly string[];
}

/** Where two readings differ, the folder and the forge decide, else whether there are sections. */
function dialectOf(
  path: string,
  kind: string | undefined,
  lines: readonly string[],
): OwnersDialect {
  if (path.startsWith('.gitlab/') || kind === 'gitlab') return 'gitlab';
  if (kind !== undefined || path.startsWith('.git')) return 'github';
  return lines.some((line) => headingForm.test(line.trim())) ? 'gitlab' : 'github';
}

/** `[Name]`, `^[Name]`, `[Name][2]`, each with owners behind it. A path may begin so, too: `[id]/x`. */
const headingForm = /^(\^)?\[([^\][]{1,200})\](?:\[([0-9]{1,4})\])?(?:\s+(.*))?$/;

type Heading = Pick<OpenSection, 'name' | 'optional' | 'count' | 'owners'>;

function parseHeading(line: string, reading: Reading, number: number): Heading | undefined {
  if (reading.dialect !== 'gitlab') return undefined;
  const match = headingForm.exec(line.trim());
  if (!match) return undefined;
  const [, caret, name = '', count, owners = ''] = match;
  const words = splitWords(owners);
  checkOwners(words, reading, number);
  const wanted = Math.max(Number(count ?? 1), 1);
  return { name: name.trim(), optional: caret !== undefined, count: wanted, owners: words };
}

/** Headings of one name, in whatever letters, are one section. */
function openSection({ sections }: Reading, heading: Heading): OpenSection {
  const key = heading.name.toLowerCase();
  const known = sections.get(key);
  const section: OpenSection = known
    ? {
        ...known,
        owners: heading.owners,
        optional: known.optional && heading.optional,
        count: Math.max(known.count, heading.count),
      }
    : { ...heading, entries: [] };
  sections.set(key, section);
  return section;
}

function addEntry(
  section: OpenSection,
  [written = '', ...owners]: readonly string[],
  { reading, line }: { readonly reading: Reading; readonly line: number },
): void {
  const excluded = written.startsWith('!');
  checkOwners(owners, reading, line);
  // GitHub and Gitea know no exclusions: what is named before stays owned.
  if (excluded && reading.dialect === 'github') return;
  const own = owners.length > 0 ? owners : section.owners;
  section.entries.push({
    line,
    pattern: parseOwnersPattern(excluded ? written.slice(1) : written, reading.dialect),
    owners: own.slice(0, mostOwners),
    excluded,
  });
}

/**
 * Up to a comment. A backslash takes away the meaning of the space or the `#` behind it, and stays, since
 * patterns take it away from stars.
 */
function splitWords(line: string): readonly string[] {
  const words = line.match(/(?:\\.|[^\s\\]|\\$)+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment < 0 ? words : words.slice(0, comment);
}

function checkOwners(owners: readonly string[], reading: Reading, line: number): void {
  const strange = owners.find((owner) => !isOwner(owner));
  if (strange === undefined && owners.length <= mostOwners) return;
  if (reading.diagnostics.length >= mostDiagnostics) return;
  const shown = (strange ?? '').slice(0, 60).replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
  const summary =
    strange === undefined
      ? `${reading.path}: has ${owners.length} owners in one line, ${mostOwners} are read`
      : `${reading.path}: \`${shown}\` is no owner, so nobody is taken for it`;
  reading.diagnostics.push({
    severity: 'warning',
    code: 'OWNERS_UNREADABLE',
    path: [],
    origin: { file: reading.path, line, column: 1 },
    summary,
    advice: 'Write `@account`, `@namespace/group` or an e-mail address.',
  });
}

/** Roles of GitLab (`@@maintainer`) are the forge's business: nobody here is taken for one. */
function isOwner(written: string): boolean {
  return /^@[\w.-]+(?:\/[\w.-]+)*$/.test(written) || /^[^\s@]+@[^\s@]+$/.test(written);
}
