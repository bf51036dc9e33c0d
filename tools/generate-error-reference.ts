/**
 * Writes `docs/reference/errors.md`: every code that an error, a diagnostic or a problem of the HTTP
 * API can bear, with what it says, read from the code itself.
 *
 *     node tools/generate-error-reference.ts
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type CodeUse, readCodeUses, readNodes } from './error-codes/read-code-uses.ts';

export const errorReference = 'docs/reference/errors.md';

const groups = ['apps', 'packages', 'providers', 'renderers', 'forges'];
/** Packages whose functions others call with codes of their own. */
const contracts = ['packages/diagnostics', 'packages/provider-sdk', 'packages/forge-sdk'];
/** What Node and programs below us say of a connection: translated before anybody sees it. */
const foreign = /^(?:E[A-Z]+|UNKNOWN|SSH_[A-Z_]+)$/;

interface OwnedUse extends CodeUse {
  /** `packages/store`. */
  readonly owner: string;
}

export function generateErrorReference(root: string): string {
  const shared = contracts.flatMap((owner) => readNodes(sourcesIn(join(root, owner, 'src'))));
  const uses = packagesIn(root).flatMap((owner): readonly OwnedUse[] => {
    const nodes = readNodes(sourcesIn(join(root, owner, 'src')));
    const known = contracts.includes(owner) ? [] : shared;
    return readCodeUses(nodes, known).map((use) => ({ ...use, owner }));
  });
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

function packagesIn(root: string): readonly string[] {
  return groups
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`));
}

function sourcesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly string[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : sourcesIn(path);
    const isSource = entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts');
    return isSource ? [readFileSync(path, 'utf8')] : [];
  });
}

function toRow(code: string, uses: readonly OwnedUse[]): string {
  const owners = [...new Set(uses.map(({ owner }) => owner))].sort().join(', ');
  const says = [...new Set(uses.map((use) => use.says).filter((text) => text !== ''))].sort();
  return `| \`${code}\` | ${owners} | ${says.slice(0, 3).join(' · ').replaceAll('|', '\\|')} |`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, errorReference), generateErrorReference(root));
}
