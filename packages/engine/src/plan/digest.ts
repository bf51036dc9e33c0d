/**
 * Decides which changes count as the same change, which is what an approval stands on (P2).
 *
 * An approval covers a set of changes, so each has a digest of its own and the plan's digest names
 * the set: when half of a plan is done, what is left is still approved. A digest covers what will be
 * done, and where. It leaves out how we came to know (who wrote the old value, which line asks for
 * the new one, how sure that is, which version was looked at), what the target adds on its own, and
 * why and in which order it is done. Hence an approval survives a merge that only moves lines.
 */
import { hash } from 'node:crypto';

import { formatFieldPath, formatJson, type Json } from '@trueup/diagnostics';
import type { Change, FieldChange, InputRead } from '@trueup/provider-sdk';

/** `sha256:` and 64 hexadecimal digits. Public: users see it, approvals and forges store it. */
export type Digest = `sha256:${string}`;

/** An approval for staging must not pass for production, nor in another repository. */
export interface ChangePlace {
  /** The id under which it is registered, not its name. */
  readonly repository: string;
  /** What the target says it is: its name and address may come to mean another one. */
  readonly targetIdentity: string;
  /** What the content was taken from besides the repository. Absent: nothing. */
  readonly sources?: Sources;
}

/**
 * Digest by name of artifacts that hold a stack's content: what a tool runs of them need not show in its plan, so that an
 * approval covers no other one.
 */
export type Sources = Readonly<Record<string, string>>;

/** `undefined` where nothing was taken from elsewhere. */
export function sourcesOf(inputs: readonly InputRead[]): Sources | undefined {
  const found = inputs.filter(({ name }) => name.startsWith('source:'));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(({ name, digest }) => [name, digest]));
}

/**
 * Of one step. A deferred change is named by its id, its action and the fields that are known
 * already, so that the same change, planned for real later on, is found to be covered.
 */
export function digestChange(place: ChangePlace, change: Change): Digest {
  if (change.confidence === 'deferred') return digestDeferred(place, change);
  return digestOf({ ...place, change: effectOf(change) });
}

/** What ran is known by it, wherever it was taken from: another artifact with the same hook does not run it again. */
export function digestExecuted(
  { repository, targetIdentity }: ChangePlace,
  change: Change,
): Digest {
  return digestChange({ repository, targetIdentity }, change);
}

/**
 * Whether an approval covers a change: its own digest, or that of what it was before.
 *
 * A take-over makes the resource ours and then changes it: cut off in between, what is left is an
 * update of the same fields. A deferred change is planned for real: only a create of the same body
 * without hazards, since whatever else it turns out to do was not shown to whoever approved.
 */
export function isCovered(
  approved: ReadonlySet<Digest>,
  place: ChangePlace,
  change: Change,
): boolean {
  return coveringDigests(place, change).some((digest) => approved.has(digest));
}

/** Of these any covers the change; its own comes first. */
export function coveringDigests(place: ChangePlace, change: Change): readonly Digest[] {
  const own = digestChange(place, change);
  const { action, hazards } = change;
  if (action === 'update') return [own, digestChange(place, { ...change, action: 'take-over' })];
  const wasDeferred = action === 'create' && hazards.length === 0;
  return wasDeferred ? [own, digestDeferred(place, change)] : [own];
}

/** Names a set of changes, in whatever order they are listed. */
export function digestPlan(changes: ReadonlySet<Digest>): Digest {
  return digestOf({ changes: [...changes].sort() });
}

function digestDeferred(place: ChangePlace, { id, action, fields, hazards }: Change): Digest {
  const known = fields.filter(({ path, unknown }) => path.length === 0 && !unknown);
  const effect = { id, action, hazards: asSet(hazards), fields: asSet(known.map(fieldOf)) };
  return digestOf({ ...place, deferred: effect });
}

/** Lists what to leave out, not what to keep: a member added later counts until we say otherwise. */
function effectOf(change: Change): Json {
  const {
    confidence: _confidence,
    position: _position,
    dependsOn: _dependsOn,
    version: _version,
    cause: _cause,
    protection: _protection,
    reason: _reason,
    executes: _executes,
    fields,
    hazards,
    ...effect
  } = change;
  const asked = fields.filter(({ generated }) => !generated);
  return { ...effect, fields: asSet(asked.map(fieldOf)), hazards: asSet(hazards) };
}

function fieldOf({ writer: _writer, origin: _origin, path, ...effect }: FieldChange): Json {
  return { ...effect, path: formatFieldPath(path) };
}

function asSet(items: readonly Json[]): Json {
  return [...new Set(items.map(formatJson))].sort();
}

function digestOf(effects: { readonly [member: string]: Json }): Digest {
  // Raised when what is covered changes. Every open approval then has to be given again.
  return `sha256:${hash('sha256', formatJson({ version: 1, ...effects }))}`;
}
