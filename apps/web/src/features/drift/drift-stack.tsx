import './drift-stack.css';

import { Link } from '@tanstack/react-router';
import type { DriftItem, Verb } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { FieldLines } from '../../changes/field-lines.tsx';
import { HazardMarks } from '../../changes/hazard-marks.tsx';
import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { AdoptResult, ProposalLink } from './adopt-result.tsx';
import { useAdopt, useHeal } from './queries.ts';

export interface DriftStackProps {
  /** Full name. */
  readonly stack: string;
  readonly items: readonly DriftItem[];
  /** What whoever looks may do with it. */
  readonly may: readonly Verb[];
}

/** Of one stack; more are there as soon as somebody wants them. */
const fewItems = 25;

/** What drifted in one stack, and the way back. */
export function DriftStack({ stack, items, may }: DriftStackProps): ReactNode {
  const heal = useHeal(stack);
  const adopt = useAdopt(stack);
  const mayAdopt = may.includes('plan');
  const params = splitStackName(stack);
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, fewItems);
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
            {mayAdopt && open.some(isAdoptable) && (
              <Button busy={adopt.isPending} onClick={() => adopt.mutate(undefined)}>
                Adopt: take it into Git
              </Button>
            )}
            {may.includes('heal') && (
              <Button busy={heal.isPending} onClick={() => heal.mutate()}>
                Heal: put Git's values back
              </Button>
            )}
          </div>
        )}
      </header>
      {[heal.error, adopt.error].map(
        (error) =>
          error && (
            <div key={error.message} className="drift-problem" role="alert">
              <ProblemText error={error} />
            </div>
          ),
      )}
      {adopt.data && <AdoptResult adoption={adopt.data} />}
      <ul className="rows">
        {shown.map((item) => (
          <li key={item.id}>
            <DriftEntry item={item}>
              {mayAdopt && open.length > 1 && isAdoptable(item) && (
                <Button
                  tone="bare"
                  busy={adopt.isPending}
                  onClick={() => adopt.mutate([item.resource])}
                >
                  Adopt
                </Button>
              )}
            </DriftEntry>
          </li>
        ))}
      </ul>
      {shown.length < items.length && (
        <p className="panel-body">
          <Button onClick={() => setAll(true)}>
            Show all {items.length.toLocaleString('en')} that drifted
          </Button>
        </p>
      )}
    </section>
  );
}

/** Only fields of what is there can be asked for, and once is enough. */
function isAdoptable({ state, change, adoption }: DriftItem): boolean {
  const isProposed = adoption !== undefined && !adoption.declined;
  const hasFields = change.action === 'update' || change.action === 'replace';
  return state === 'open' && hasFields && !isProposed;
}

interface DriftEntryProps {
  readonly item: DriftItem;
  /** What can be done about it. */
  readonly children: ReactNode;
}

function DriftEntry({ item, children }: DriftEntryProps): ReactNode {
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
          {children}
          <Proposed item={item} />
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

/** In which merge request it is proposed, and whether somebody closed that. */
function Proposed({ item: { adoption, stack } }: { readonly item: DriftItem }): ReactNode {
  if (!adoption) return null;
  const { repository } = splitStackName(stack);
  return (
    <>
      {adoption.declined ? 'was proposed in ' : 'proposed in '}
      <ProposalLink repository={repository} number={adoption.mergeRequest} />
      {adoption.declined ? ' and closed, ' : ', '}
    </>
  );
}
