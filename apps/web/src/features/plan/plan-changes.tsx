import './plan-changes.css';

import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';

import { Empty } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import {
  arrangePlan,
  type ChangeGroup,
  filterChanges,
  type SectionName,
  type StackChange,
} from './arrange-plan.ts';
import { ChangeGroupView } from './change-group-view.tsx';

export interface PlanChangesProps {
  readonly changes: readonly StackChange[];
  /** Digests of changes that somebody agreed to already; nothing is said of it if absent. */
  readonly accepted?: ReadonlySet<string>;
}

/** Every change of a plan, field by field: thousands of them as well as three. */
export function PlanChanges({ changes, accepted }: PlanChangesProps): ReactNode {
  const [text, setText] = useState('');
  const [stack, setStack] = useState('');
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const sought = useDeferredValue(text);
  const stacks = useMemo(() => [...new Set(changes.map((one) => one.stack))].sort(), [changes]);
  const groups = useMemo(() => {
    const filter = { text: sought, ...(stack !== '' && { stack }) };
    return arrangePlan(filterChanges(changes, filter));
  }, [changes, sought, stack]);
  const rows = useMemo(() => toRows(groups), [groups]);
  const many = groups.length > fewGroups;
  const toggle = (key: string): void => setToggled(toggled.symmetricDifference(new Set([key])));
  return (
    <section aria-label="Changes">
      <div className="changes-head">
        <h2>Field by field</h2>
        <div className="row">
          {stacks.length > 1 && (
            <select
              aria-label="Stack"
              value={stack}
              onChange={(event) => setStack(event.target.value)}
            >
              <option value="">All {stacks.length} stacks</option>
              {stacks.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
          <input
            type="search"
            aria-label="Find changes"
            placeholder="Resource, action or field"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      </div>
      {rows.length === 0 && <Empty title="No change is like that" />}
      <VirtualRows
        items={rows}
        keyOf={(row) => (row.kind === 'section' ? row.section : row.group.key)}
        estimatePx={(row) => estimateRow(row, many)}
        label="Changes, what takes something away first"
      >
        {(row) =>
          row.kind === 'section' ? (
            <SectionHead {...row} />
          ) : (
            <ChangeGroupView
              group={row.group}
              accepted={accepted}
              isOpen={opensByItself(row.group, many) !== toggled.has(row.group.key)}
              onToggle={() => toggle(row.group.key)}
            />
          )
        }
      </VirtualRows>
    </section>
  );
}

/** Up to so many all are open. */
const fewGroups = 60;

/** What takes something away is open however many there are. */
function opensByItself({ section }: ChangeGroup, many: boolean): boolean {
  return !many || section === 'removals' || section === 'risks';
}

type Row =
  | { readonly kind: 'group'; readonly group: ChangeGroup }
  | { readonly kind: 'section'; readonly section: SectionName; readonly count: number };

function toRows(groups: readonly ChangeGroup[]): readonly Row[] {
  return [...Map.groupBy(groups, ({ section }) => section)].flatMap(([section, members]) => [
    {
      kind: 'section' as const,
      section,
      count: members.reduce((sum, { changes }) => sum + changes.length, 0),
    },
    ...members.map((group) => ({ kind: 'group' as const, group })),
  ]);
}

function estimateRow(row: Row, many: boolean): number {
  if (row.kind === 'section') return 46;
  return opensByItself(row.group, many) ? 50 + 24 * row.group.first.change.fields.length : 42;
}

const sectionTitles: Readonly<Record<SectionName, string>> = {
  removals: 'Taken away or replaced',
  risks: 'With a risk',
  updates: 'Changed',
  creations: 'Created',
  drift: 'Drift that is put back: the target moved, Git did not',
};

function SectionHead(props: { readonly section: SectionName; readonly count: number }): ReactNode {
  return (
    <h3 className={`changes-section changes-section-${props.section}`}>
      {sectionTitles[props.section]}{' '}
      <span className="quiet">{props.count.toLocaleString('en')}</span>
    </h3>
  );
}
