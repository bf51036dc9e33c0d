/** CODEOWNERS of one revision: the first one that is there, as forges look for it. */
import type { Diagnostic } from '@trueup/diagnostics';
import { type Configuration, type OwnersFile, ownersPaths, parseOwners } from '@trueup/engine';

import type { RevisionFiles } from '../repository/git-repository.ts';

/** @param kind Of the repository's forge, if known: forges read one file in two ways. */
export async function readOwners(
  files: Pick<RevisionFiles, 'read' | 'diagnostics'>,
  kind?: string,
): Promise<OwnersFile | 'absent' | 'unreadable'> {
  const before = (files.diagnostics?.() ?? []).length;
  for (const path of ownersPaths) {
    const bytes = await files.read(path);
    // What is there and cannot be given is told apart from what is not there.
    if (!bytes && (files.diagnostics?.() ?? []).length > before) return 'unreadable';
    if (!bytes) continue;
    const text = new TextDecoder().decode(bytes);
    return parseOwners(text, { path, ...(kind !== undefined && { kind }) }) ?? 'unreadable';
  }
  return 'absent';
}

export function asksOwners({ approvals = [], guards }: Configuration['rules'][number]): boolean {
  const asked = [...approvals, ...(guards?.require ?? [])];
  return asked.some(({ from }) => from.includes('codeowners'));
}

/** What keeps rules from finding the owners that they ask for. Nothing is read where none does. */
export async function checkOwners(
  { rules, file }: Pick<Configuration, 'rules' | 'file'>,
  files: Pick<RevisionFiles, 'read' | 'diagnostics'>,
): Promise<readonly Diagnostic[]> {
  const asking = rules.find(asksOwners);
  if (!asking) return [];
  const owners = await readOwners(files);
  if (typeof owners === 'object') return owners.diagnostics;
  const origin = file.locate(['rules', asking.index]);
  const missing = owners === 'absent';
  const what = missing
    ? 'asks for owners, and there is no CODEOWNERS: anybody who may approve counts'
    : 'asks for owners, and CODEOWNERS is too large: nobody counts for one';
  return [
    {
      severity: 'warning',
      code: missing ? 'OWNERS_MISSING' : 'OWNERS_TOO_LARGE',
      path: ['rules'],
      ...(origin && { origin }),
      summary: `\`rules\`[${asking.index}]: ${what}`,
      advice: `Write ${ownersPaths.slice(0, 3).join(', ')}, or ask a group.`,
    },
  ];
}
