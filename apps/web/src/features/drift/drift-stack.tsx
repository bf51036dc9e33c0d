import './drift-stack.css';

import { Link } from '@tanstack/react-router';
import type { DriftItem, Verb } from '@trueup/api';
import type { ReactNode } from 'react';

import { FieldLines } from '../../changes/field-lines.tsx';
import { HazardMarks } from '../../changes/hazard-marks.tsx';
import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { useHeal } from './queries.ts';

export interface DriftStackProps {
  /** Full name. */
  readonly stack: string;
  readonly items: readonly DriftItem[];
  /** What whoever looks may do with it. */
  readonly may: readonly Verb[];
}

/** What drifted in one stack, and the way back. */
export function DriftStack({ stack, items, may }: DriftStackProps): ReactNode {
  const heal = useHeal(stack);
  const params = splitStackName(stack);
  const open = items.filter(({ state }) => state !== 'closed');
  return (
    <section className="panel drift-stack" aria-label={stack}>
      <header className="panel-head">
        <h2>
          <Link to="/repositories/$repository/stacks/$stack" params={params}>
            <ForeignText>{stack}</ForeignText>
          </Link>
        </h2>
        {open.length > 0 && (
          <div className="row">
            {heal.data && (
              <Link
                to="/repositories/$repository/runs/$run"
                params={{ repository: params.repository, run: heal.data.id }}
              >
                Run started
              </Link>
            )}
            {may.includes('heal') && (
              <Button busy={heal.isPending} onClick={() => heal.mutate()}>
                Heal: put Git's values back
              </Button>
            )}
          </div>
        )}
      </header>
      {heal.error && (
        <div className="drift-problem" role="alert">
          <ProblemText error={heal.error} />
        </div>
      )}
      <ul className="rows">
        {items.map((item) => (
          <li key={item.id}>
            <DriftEntry item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function DriftEntry({ item }: { readonly item: DriftItem }): ReactNode {
  const { change, resource, state, openedAt, closedAt, closedBy } = item;
  return (
    <article className="drift-item">
      <div className="row row-apart">
        <div className="row">
          <ResourceLabel id={resource} />
          <HazardMarks change={{ ...change, cause: 'revision' }} />
          {change.action !== 'update' && (
            <span className="small quiet row">
              to bring it back: <ActionMark action={change.action} />
            </span>
          )}
        </div>
        <span className="small quiet">
          {state === 'closed' ? (
            <>
              {closedBy ?? 'closed'} {closedAt !== undefined && <Age at={closedAt} />}
            </>
          ) : (
            <>
              {state === 'healing' ? 'is being healed, ' : ''}since <Age at={openedAt} />
            </>
          )}
        </span>
      </div>
      <FieldLines fields={change.fields} />
    </article>
  );
}
