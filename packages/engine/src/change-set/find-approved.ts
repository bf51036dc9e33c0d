/**
 * Decides which stacks of a change set somebody's word covers.
 *
 * W1. A word names a digest as the newest comment shows it, in 12 digits or more: that of the change
 *     set, or that of one stack's plan. Whatever names neither, or both of two, covers nothing.
 * W2. It covers the steps that were shown, not the stack: a plan that is made again and comes to the
 *     same is still covered, and anything else is not (P2).
 */
import type { Digest } from '../plan/digest.ts';
import type { StackId } from '../stack/stack-record.ts';
import { digestChangeSet, digestsOf } from './advance-change-set.ts';
import type { ChangeSet } from './change-set.ts';

export interface ApprovedStack {
  readonly stack: StackId;
  readonly digests: readonly Digest[];
}

/** Fewer digits could be guessed at, or mean two. */
const fewestDigits = 12;

export type NamedDigest =
  | { readonly kind: 'approved'; readonly stacks: readonly ApprovedStack[] }
  /** `unknown` also for what was shown once and is not any more. */
  | { readonly kind: 'unknown' | 'ambiguous' | 'too-short' };

export function findApproved(set: ChangeSet, digest: string): NamedDigest {
  const wanted = digest.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]*$/.test(wanted)) return { kind: 'unknown' };
  if (wanted.length < fewestDigits) return { kind: 'too-short' };
  const names = (one: Digest): boolean => one.slice('sha256:'.length).startsWith(wanted);
  const stacks = Object.entries(set.stacks)
    .filter(([, { name }]) => name === 'planned')
    .map(([stack, state]) => ({ stack, state, digests: digestsOf(state) }))
    .filter(({ digests }) => digests.length > 0);
  const found = names(digestChangeSet(set))
    ? stacks
    : stacks.filter(({ state }) => state.name === 'planned' && names(state.digest));
  if (found.length === 0) return { kind: 'unknown' };
  const meanings = new Set(
    found.map(({ state }) => (state.name === 'planned' ? state.digest : '')),
  );
  if (!names(digestChangeSet(set)) && meanings.size > 1) return { kind: 'ambiguous' };
  const approved = found.map(({ stack, digests }) => ({ stack, digests }));
  return {
    kind: 'approved',
    stacks: approved.toSorted((one, other) => (one.stack < other.stack ? -1 : 1)),
  };
}
