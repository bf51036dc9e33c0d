import type { Diagnostic } from '@trueup/diagnostics';
import type { Permission } from '@trueup/forge-sdk';

/** What somebody may not do there though Trueup needs it. */
export function describeAccess(path: string, permission: Permission): readonly Diagnostic[] {
  if (permission === 'write' || permission === 'admin') return [];
  return [
    {
      severity: 'error',
      code: 'FORGE_RIGHT_MISSING',
      path: [],
      summary: `${path}: the token's owner may not write: statuses and merges will be refused`,
    },
  ];
}
