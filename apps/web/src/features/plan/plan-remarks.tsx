import './plan-remarks.css';

import type { ForeignField, Plan, PlannedChange } from '@trueup/api';
import { formatFieldPath } from '@trueup/diagnostics';
import type { ReactNode } from 'react';
import { DiagnosticLine } from '../../changes/diagnostic-line.tsx';
import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { shortDigest } from '../../marks/short-digest.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { leaveForeign } from './leave-foreign.ts';

export interface PlanRemarksProps {
  readonly plan: Plan;
  /** What it changes: a foreign value that is put back anyway is not told twice. */
  readonly changes?: readonly PlannedChange[];
}

/** What a plan says besides its changes: what it could not look into comes first. */
export function PlanRemarks({ plan, changes = [] }: PlanRemarksProps): ReactNode {
  const { findings, gaps, withheld, diagnostics } = plan;
  const sources = Object.entries(plan.sources ?? {});
  const foreign = leaveForeign(plan.foreign, changes);
  const count = [sources, findings, gaps, withheld, foreign, diagnostics].flat().length;
  if (count === 0) return null;
  return (
    <ul className="remarks">
      {sources.map(([name, digest]) => (
        <li key={name} className="remark">
          <span className="remark-kind" title="Its content was taken from this artifact.">
            made of
          </span>
          <span>
            <ForeignText>{name.replace(/^source:/, '')}</ForeignText>{' '}
            <code title={digest}>{shortDigest(digest)}</code>
          </span>
        </li>
      ))}
      {findings.map(({ guard, severity, message }) => (
        <li key={`${guard} ${message}`} className={`remark remark-${severity}`}>
          <span className="remark-kind">guard</span>
          <ForeignText>{message}</ForeignText>
        </li>
      ))}
      {gaps.map(({ subject, extent, message }) => (
        <li key={`${subject} ${message}`} className="remark remark-gap">
          <span className="remark-kind" title="Trueup could not look into it.">
            {extent} gap
          </span>
          <span>
            {subject !== undefined && (
              <>
                <ResourceLabel id={subject} />{' '}
              </>
            )}
            <ForeignText>{message}</ForeignText>
          </span>
        </li>
      ))}
      {withheld.map(({ change, reason }) => (
        <li key={`${change.id} ${reason}`} className="remark">
          <span className="remark-kind">withheld</span>
          <span>
            <ActionMark action={change.action} /> <ResourceLabel id={change.id} />{' '}
            <ForeignText>{reason}</ForeignText>
          </span>
        </li>
      ))}
      <Foreign foreign={foreign} />
      {diagnostics.map((diagnostic) => (
        <li
          key={`${diagnostic.code} ${diagnostic.summary} ${formatFieldPath(diagnostic.path)}`}
          className={`remark remark-${diagnostic.severity}`}
        >
          <span className="remark-kind">{diagnostic.severity}</span>
          <DiagnosticLine diagnostic={diagnostic} />
        </li>
      ))}
    </ul>
  );
}

const mostForeign = 20;

function Foreign({ foreign }: { readonly foreign: readonly ForeignField[] }): ReactNode {
  const more = foreign.length - mostForeign;
  return (
    <>
      {foreign.slice(0, mostForeign).map(({ id, path, writer }) => (
        <li key={`${id} ${formatFieldPath(path)}`} className="remark">
          <span className="remark-kind" title="Somebody else added it; Git does not write it.">
            foreign
          </span>
          <span>
            <ResourceLabel id={id} />{' '}
            <code>
              <ForeignText>{formatFieldPath(path)}</ForeignText>
            </code>
            {writer && (
              <>
                {' '}
                by <ForeignText>{writer.name}</ForeignText>
              </>
            )}
          </span>
        </li>
      ))}
      {more > 0 && <li className="remark quiet">and {more} more foreign fields</li>}
    </>
  );
}
