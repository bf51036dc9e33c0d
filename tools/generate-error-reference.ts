/**
 * Writes `docs/reference/errors.md`: every code that an error, a diagnostic or a problem of the HTTP
 * API can bear, with what it says, read from the code itself.
 *
 *     node tools/generate-error-reference.ts
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const errorReference = 'docs/reference/errors.md';

interface CodeUse {
  readonly code: string;
  /** `packages/store`. */
  readonly owner: string;
  /** What it says, with `…` for what differs; empty where that is composed elsewhere. */
  readonly says: string;
}

const groups = ['apps', 'packages', 'providers', 'renderers', 'forges'];
/** Of Node, of undici, of our environment: not ours to explain. */
const foreign = /^(?:ERR|UND|SSH|TRUEUP)_/;

export function generateErrorReference(root: string): string {
  const uses = groups.flatMap((group) => sourcesIn(root, group).flatMap(readUses));
  const byCode = Map.groupBy(uses, ({ code }) => code);
  const codes = [...byCode.keys()].filter((code) => !foreign.test(code)).sort();
  const rows = codes.map((code) => toRow(code, byCode.get(code) ?? []));
  return `${header}\n| Code | From | Says |\n|---|---|---|\n${rows.join('\n')}\n`;
}

const header = `# Errors

\`trueup plan\` prints \`error KUBERNETES_IMMUTABLE: …\`, and the HTTP API answers with \`"code": "NOT_FOUND"\`: this page lists
every such code. A code is never renamed and never used twice. \`…\` stands for what differs from case to case.

Written by \`node tools/generate-error-reference.ts\` from the code; a test sees to it that the page is not stale.
`;

interface Source {
  readonly owner: string;
  readonly text: string;
}

function sourcesIn(root: string, group: string): readonly Source[] {
  const folder = join(root, group);
  const names = readdirSync(root).includes(group) ? readdirSync(folder) : [];
  return names.flatMap((name) => readFolder(join(folder, name, 'src'), `${group}/${name}`));
}

function readFolder(folder: string, owner: string): readonly Source[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly Source[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : readFolder(path, owner);
    const isSource = entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts');
    return isSource ? [{ owner, text: readFileSync(path, 'utf8') }] : [];
  });
}

const codePattern =
  /(?<!\/\*\*[^\n]*|\| )'([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|(?<=(?:Error|Problem)\('|code: ')[A-Z]{6,})'/g;
/** A text with a blank in it is a sentence for people. */
const sentencePattern = /'([^'\n]* [^'\n]*)'|`([^`\n]* [^`\n]*)`/;
/** How far from its code the sentence may stand. */
const reach = 240;

function readUses({ owner, text }: Source): readonly CodeUse[] {
  return [...text.matchAll(codePattern)].map((match) => {
    const after = text.slice(match.index + match[0].length, match.index + reach);
    const next = after.search(codePattern);
    const near = next < 0 ? after : after.slice(0, next);
    const [, plain, template] = sentencePattern.exec(near) ?? [];
    const says = (plain ?? template ?? '').replaceAll(/\$\{[^}]*\}/g, '…').trim();
    return { code: match[1] ?? '', owner, says };
  });
}

function toRow(code: string, uses: readonly CodeUse[]): string {
  const owners = [...new Set(uses.map(({ owner }) => owner))].sort().join(', ');
  const says = [...new Set(uses.map((use) => use.says).filter((text) => text !== ''))].sort();
  return `| \`${code}\` | ${owners} | ${says.slice(0, 3).join(' · ').replaceAll('|', '\\|')} |`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, errorReference), generateErrorReference(root));
}
