import { type ReactNode, type SubmitEvent, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { Tag } from '../../ui/tag.tsx';
import { type MergeRequestEdit, useMergeRequestOrder } from './orders.ts';
import type { MergeRequestPlace } from './queries.ts';

export interface NameListProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly place: MergeRequestPlace;
  readonly mayEdit: boolean;
  readonly toEdit: (names: readonly string[]) => MergeRequestEdit;
}

/** Names that are put on a merge request and taken off it. */
export function NameList({ title, names, place, mayEdit, toEdit }: NameListProps): ReactNode {
  const order = useMergeRequestOrder(place);
  const [editing, setEditing] = useState(false);
  const [text, setText] = useState('');
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const wanted = [...new Set(text.split(',').map((name) => name.trim()))].filter(Boolean);
    order.mutate({ kind: 'edit', edit: toEdit(wanted) }, { onSuccess: () => setEditing(false) });
  };
  const begin = (): void => {
    setText(names.join(', '));
    setEditing(true);
  };
  return (
    <section className="facts">
      <h2>{title}</h2>
      {editing ? (
        <form onSubmit={send} className="fact-edit">
          <input
            aria-label={`${title}, with commas between them`}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" busy={order.isPending}>
            Keep
          </Button>
        </form>
      ) : (
        <div className="row">
          {names.length === 0 && <span className="quiet">none</span>}
          {names.map((name) => (
            <Tag key={name}>
              <ForeignText>{name}</ForeignText>
            </Tag>
          ))}
          {mayEdit && (
            <Button tone="bare" className="small" aria-label={`Change ${title}`} onClick={begin}>
              Change
            </Button>
          )}
        </div>
      )}
      {order.error && <ProblemText error={order.error} />}
    </section>
  );
}
