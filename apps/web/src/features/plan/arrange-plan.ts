/**
 * Puts the changes of all stacks into the order in which somebody should read them: what takes
 * something away first, identical ones as one, drift apart.
 *
 * A1. Nothing is left out: the changes of all groups are the changes that came in, but for `none`.
 * A2. What deletes, replaces or takes over is never grouped: each is worth a look of its own.
 */
import type { Change, FieldChange, PlannedChange } from '@trueup/api';
import { formatFieldPath, formatJson } from '@trueup/diagnostics';

import { riskWeight, weightOf } from '../../changes/change-weight.ts';
import { nameOfResource } from '../../marks/resource-name.ts';

export interface StackChange extends PlannedChange {
  /** Full name. */
  readonly stack: string;
}

export type SectionName = 'removals' | 'risks' | 'updates' | 'creations' | 'drift';

/** Changes that read the same, whichever resource and stack they are for. */
export interface ChangeGroup {
  readonly key: string;
  readonly section: SectionName;
  readonly first: StackChange;
  /** All of them, the first one too. */
  readonly changes: readonly StackChange[];
}

export interface PlanFilter {
  /** Full name; all if absent. */
  readonly stack?: string;
  /** Words, each of which is found in id, action, stack or a field's path. */
  readonly text: string;
}

const sections: readonly SectionName[] = ['removals', 'risks', 'updates', 'creations', 'drift'];

export function arrangePlan(changes: readonly StackChange[]): readonly ChangeGroup[] {
  const steps = changes.filter(({ change }) => change.action !== 'none');
  const groups = Map.groupBy(steps, groupKey);
  return [...groups]
    .flatMap(([key, members]): readonly ChangeGroup[] => {
      const [first] = members;
      return first ? [{ key, section: sectionOf(first.change), first, changes: members }] : [];
    })
    .toSorted(compareGroups);
}

export function filterChanges(
  changes: readonly StackChange[],
  { stack, text }: PlanFilter,
): readonly StackChange[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const own = stack === undefined ? changes : changes.filter((one) => one.stack === stack);
  return words.length === 0 ? own : own.filter((one) => hasWords(one, words));
}

function hasWords({ stack, change }: StackChange, words: readonly string[]): boolean {
  const { kind, scope, name } = nameOfResource(change.id);
  const paths = change.fields.map(({ path }) => formatFieldPath(path)).join(' ');
  const line = `${stack} ${change.action} ${kind} ${scope}/${name} ${paths}`.toLowerCase();
  return words.every((word) => line.includes(word));
}

function sectionOf(change: Change): SectionName {
  if (change.action === 'delete' || change.action === 'replace') return 'removals';
  if (change.cause === 'drift') return 'drift';
  if (weightOf(change) <= riskWeight || change.action === 'take-over') return 'risks';
  return change.action === 'create' ? 'creations' : 'updates';
}

function groupKey({ stack, change }: StackChange): string {
  const { id, action, hazards, confidence, cause, reason, protection, fields } = change;
  if (['delete', 'replace', 'take-over'].includes(action)) return `${stack} ${id}`;
  const { kind } = nameOfResource(id);
  const read = { kind, action, hazards, confidence, cause, reason, protection };
  return JSON.stringify([read, fields.map(fieldKey)]);
}

/** Seals differ by their place, also those of one secret: what counts is whether it changes. */
function fieldKey({ path, before, after, unknown, generated, sensitive }: FieldChange): string {
  const sides = sensitive
    ? [before !== undefined, after !== undefined, before === after]
    : [formatJson(before ?? null), formatJson(after ?? null)];
  return JSON.stringify([formatFieldPath(path), sensitive, unknown, generated, ...sides]);
}

/** `web-2` before `web-10`; made once, since thousands are compared. */
const byName = new Intl.Collator('en', { numeric: true });

function compareGroups(one: ChangeGroup, other: ChangeGroup): number {
  return (
    sections.indexOf(one.section) - sections.indexOf(other.section) ||
    weightOf(one.first.change) - weightOf(other.first.change) ||
    other.changes.length - one.changes.length ||
    byName.compare(one.first.stack, other.first.stack) ||
    byName.compare(one.first.change.id, other.first.change.id)
  );
}
