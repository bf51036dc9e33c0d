import './plan-difference.css';

import type { PlannedChange } from '@trueup/api';
import type { ReactNode } from 'react';

import { FieldLines } from '../../changes/field-lines.tsx';
import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { Button } from '../../ui/button.tsx';
import type { PlanDifference } from './compare-plans.ts';

export interface PlanDifferenceViewProps {
  readonly differences: readonly PlanDifference[];
  /** Where the approved plan stands: `merge request !7`. */
  readonly approvedIn: string;
  readonly all: boolean;
  readonly onAll: () => void;
}

const fewDifferences = 30;

/** What was approved beside what is planned now, resource by resource. */
export function PlanDifferenceView(props: PlanDifferenceViewProps): ReactNode {
  const { differences, approvedIn, all, onAll } = props;
  const shown = all ? differences : differences.slice(0, fewDifferences);
  return (
    <section className="panel plan-difference" aria-label="What moved since the approval">
      <header className="panel-head">
        <h2>What moved since the approval</h2>
        <span className="small quiet">approved in {approvedIn}, against the plan below</span>
      </header>
      <ul className="rows">
        {shown.map((one) => (
          <li key={one.id} className="plan-difference-one">
            <ResourceLabel id={one.id} />
            <Side name="Approved" side={one.approved} none="nothing: it was no part of the plan" />
            <Side name="Now" side={one.planned} none="nothing is left to do" />
          </li>
        ))}
      </ul>
      {shown.length < differences.length && (
        <p className="panel-body">
          <Button onClick={onAll}>
            Show all {differences.length.toLocaleString('en')} differences
          </Button>
        </p>
      )}
    </section>
  );
}

interface SideProps {
  readonly name: string;
  readonly side: PlannedChange | undefined;
  readonly none: string;
}

function Side({ name, side, none }: SideProps): ReactNode {
  return (
    <div className="plan-difference-side">
      <p className="row small">
        <strong>{name}</strong>
        {side ? <ActionMark action={side.change.action} /> : <span className="quiet">{none}</span>}
      </p>
      {side && <FieldLines fields={side.change.fields} />}
    </div>
  );
}
