/**
 * Turns what a look at a stack found into drift items: one for each resource, which opens, changes
 * with what is observed, and closes when nothing is left of it.
 */
import { formatJson } from '@trueup/diagnostics';
import type { Change, FieldChange, ResourceId } from '@trueup/provider-sdk';

import type { StackId } from '../stack/stack-record.ts';
import type { DriftItem } from './drift-item.ts';

export interface DriftLook {
  readonly stack: StackId;
  /** Those that are not closed. */
  readonly known: readonly DriftItem[];
  /** The steps that would bring the stack back to its last succeeded run. */
  readonly steps: readonly Change[];
  /** What that run brought about: an item for anything else is moot. */
  readonly desired: ReadonlySet<ResourceId>;
  /** Of these Git has since asked for what is there, so that no run had to write. None if absent. */
  readonly adopted?: ReadonlySet<ResourceId>;
  readonly at: string;
  readonly newId: () => string;
}

/** The items that are new or not what they were. */
export function compareDrift(look: DriftLook): readonly DriftItem[] {
  const { known, steps, at } = look;
  const byResource = new Map(known.map((item) => [item.resource, item]));
  const drifted = new Set(steps.map(({ id }) => id));
  const closed = known
    .filter(({ resource }) => !drifted.has(resource))
    .map((item) => close(item, look));
  const open = steps.flatMap((change) => {
    const item = byResource.get(change.id);
    if (!item) return [openItem(change, look)];
    return isSame(item.change, change) ? [] : [{ ...item, change, changedAt: at }];
  });
  return [...closed, ...open];
}

function openItem(change: Change, { stack, at, newId }: DriftLook): DriftItem {
  const times = { openedAt: at, changedAt: at };
  return { id: newId(), stack, resource: change.id, change, state: 'open', ...times };
}

function close(item: DriftItem, { desired, adopted, at }: DriftLook): DriftItem {
  return { ...item, state: 'closed', closedAt: at, closedBy: reasonOf(item, { desired, adopted }) };
}

function reasonOf(
  { resource, state }: DriftItem,
  { desired, adopted }: Pick<DriftLook, 'desired'> & { adopted: DriftLook['adopted'] | undefined },
): NonNullable<DriftItem['closedBy']> {
  if (!desired.has(resource)) return 'gone';
  if (state === 'healing') return 'healed';
  return adopted?.has(resource) ? 'adopted' : 'returned';
}

/** Versions and writers move without the difference becoming another one. */
function isSame(one: Change, other: Change): boolean {
  return describe(one) === describe(other);
}

function describe({ action, fields }: Change): string {
  return formatJson([action, ...fields.map(describeField).sort()]);
}

function describeField({ path, before, after }: FieldChange): string {
  return formatJson([formatJson(path), before ?? null, after ?? null]);
}
