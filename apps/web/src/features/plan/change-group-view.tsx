import type { ReactNode } from 'react';

import { FieldLines } from '../../changes/field-lines.tsx';
import { HazardMarks } from '../../changes/hazard-marks.tsx';
import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { nameOfResource, shortKind } from '../../marks/resource-name.ts';
import { shortDigest } from '../../marks/short-digest.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { showControls } from '../../ui/visible-text.ts';
import type { ChangeGroup, StackChange } from './arrange-plan.ts';

export interface ChangeGroupViewProps {
  readonly group: ChangeGroup;
  readonly accepted: ReadonlySet<string> | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function ChangeGroupView(props: ChangeGroupViewProps): ReactNode {
  const { group, accepted, isOpen, onToggle } = props;
  const className = `change change-${group.first.change.action}`;
  if (!hasBody(group)) {
    return (
      <article className={className}>
        <div className="change-head change-head-still">
          <Head group={group} accepted={accepted} />
        </div>
      </article>
    );
  }
  return (
    <article className={className}>
      <button type="button" className="change-head" aria-expanded={isOpen} onClick={onToggle}>
        <Head group={group} accepted={accepted} />
      </button>
      {isOpen && <Body group={group} />}
    </article>
  );
}

function Head({ group, accepted }: Pick<ChangeGroupViewProps, 'group' | 'accepted'>): ReactNode {
  const { changes, first } = group;
  const { change } = first;
  return (
    <>
      <ActionMark action={change.action} />
      {changes.length === 1 ? (
        <ResourceLabel id={change.id} />
      ) : (
        <span className="resource">
          <span className="resource-kind">{shortKind(nameOfResource(change.id).kind)}</span>
          <span className="resource-name">{nameOfMany(changes)}</span>
        </span>
      )}
      <span className="row change-marks">
        <HazardMarks change={change} />
        <AcceptedMark changes={changes} accepted={accepted} />
      </span>
      <span className="change-stack cut">
        <ForeignText>{stacksOf(changes)}</ForeignText>
      </span>
    </>
  );
}

/** Whether there is more to say than its head does. */
function hasBody({ changes, first: { change } }: ChangeGroup): boolean {
  const { fields, reason, protection } = change;
  const isTold = fields.some(
    ({ path, origin, sensitive }) => path.length > 0 || origin || sensitive,
  );
  return changes.length > 1 || isTold || reason !== undefined || protection !== undefined;
}

function nameOfMany(changes: readonly StackChange[]): string {
  const names = new Set(changes.map(({ change }) => nameOfResource(change.id).name));
  const [name = ''] = names;
  const count = changes.length.toLocaleString('en');
  return names.size === 1 ? `${showControls(name)}, ${count}×` : `the same in ${count} resources`;
}

function Body({ group }: { readonly group: ChangeGroup }): ReactNode {
  const { change, digest } = group.first;
  return (
    <div className="change-body">
      {change.reason !== undefined && (
        <p className="change-reason">
          <ForeignText>{change.reason}</ForeignText>
        </p>
      )}
      {change.protection !== undefined && (
        <p className="change-reason">
          Needs explicit words in Git: <ForeignText>{change.protection}</ForeignText>
        </p>
      )}
      <FieldLines fields={change.fields} />
      <WholeBody group={group} />
      {group.changes.length > 1 && <Members changes={group.changes} />}
      {group.changes.length === 1 && digest !== undefined && (
        <p className="change-digest" title={digest}>
          change <code>{shortDigest(digest)}</code>
        </p>
      )}
    </div>
  );
}

/** A body as a whole is told by its digest, which tells people nothing. */
function WholeBody({ group }: { readonly group: ChangeGroup }): ReactNode {
  const root = group.first.change.fields.find(({ path }) => path.length === 0);
  if (!root || group.first.change.fields.length > 1) return null;
  const isGone = root.after === undefined && !root.unknown;
  return (
    <p className="change-whole quiet small">
      {isGone ? 'All of it goes' : 'All of it is new'}
      {root.sensitive && ', and it holds secrets'}
      {root.origin && (
        <>
          {' '}
          <code>
            <ForeignText>{`${root.origin.file}:${root.origin.line}`}</ForeignText>
          </code>
        </>
      )}
    </p>
  );
}

const mostMembers = 40;

function Members({ changes }: { readonly changes: readonly StackChange[] }): ReactNode {
  const more = changes.length - mostMembers;
  return (
    <ul className="change-members">
      {changes.slice(0, mostMembers).map(({ stack, change }) => (
        <li key={`${stack} ${change.id}`}>
          <ResourceLabel id={change.id} />{' '}
          <span className="quiet">
            in <ForeignText>{stack}</ForeignText>
          </span>
        </li>
      ))}
      {more > 0 && (
        <li className="quiet">and {more.toLocaleString('en')} more: choose a stack to see them</li>
      )}
    </ul>
  );
}

interface AcceptedMarkProps {
  readonly changes: readonly StackChange[];
  readonly accepted: ReadonlySet<string> | undefined;
}

function AcceptedMark({ changes, accepted }: AcceptedMarkProps): ReactNode {
  if (!accepted) return null;
  const isKnown = changes.every(({ digest }) => digest !== undefined && accepted.has(digest));
  return isKnown ? (
    <span className="hazard change-accepted">approved</span>
  ) : (
    <span className="hazard change-moved">not approved</span>
  );
}

function stacksOf(changes: readonly StackChange[]): string {
  const names = [...new Set(changes.map(({ stack }) => stack))];
  const [first = ''] = names;
  return names.length === 1 ? first : `${names.length} stacks`;
}
