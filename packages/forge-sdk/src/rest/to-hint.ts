import type { ForgeHint } from '../delivery.ts';
import { isOwnContext } from './own-context.ts';

type About = Extract<ForgeHint, { readonly kind: 'merge-request' }>['about'];

/** `context` names the check that was posted: what we post ourselves tells us nothing. Pure. */
export function toCommitHint(
  repository: string,
  commit: string | undefined,
  context?: string,
): ForgeHint | undefined {
  const isOwn = isOwnContext(context ?? '');
  return commit === undefined || isOwn ? undefined : { kind: 'commit', repository, commit };
}

/** None where the delivery names no merge request. Pure. */
export function toMergeRequestHint(
  repository: string,
  number: number | undefined,
  about: About,
): ForgeHint | undefined {
  return number === undefined ? undefined : { kind: 'merge-request', repository, number, about };
}
