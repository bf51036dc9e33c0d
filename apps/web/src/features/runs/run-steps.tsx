import './run-steps.css';

import type { ReactNode } from 'react';

import { ResourceLabel } from '../../changes/resource-label.tsx';
import { ActionMark } from '../../marks/action-mark.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatDuration } from '../../ui/format-time.ts';
import { Empty } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { groupWaves, type RunStep } from './fold-journal.ts';

const stateWords: Readonly<Record<RunStep['state'], string>> = {
  begun: 'begun',
  done: 'done',
  moved: 'had moved',
  failed: 'failed',
  'in-doubt': 'in doubt',
  unplanned: 'not planned',
};

type Row =
  | { readonly kind: 'wave'; readonly wave: number | undefined; readonly count: number }
  | { readonly kind: 'step'; readonly step: RunStep };

/** What was done, wave by wave, as it was written down. */
export function RunSteps({ steps }: { readonly steps: readonly RunStep[] }): ReactNode {
  if (steps.length === 0) return <Empty title="No step has begun" />;
  const rows = groupWaves(steps).flatMap(({ wave, steps: members }): readonly Row[] => [
    { kind: 'wave', wave, count: members.length },
    ...members.map((step) => ({ kind: 'step' as const, step })),
  ]);
  return (
    <div className="panel steps">
      <VirtualRows
        items={rows}
        keyOf={(row) => (row.kind === 'wave' ? `wave ${row.wave}` : row.step.id)}
        estimatePx={() => 38}
        label="Steps"
      >
        {(row) =>
          row.kind === 'wave' ? (
            <h3 className="steps-wave">
              {row.wave === undefined ? 'Named by no plan' : `Wave ${row.wave + 1}`}{' '}
              <span className="quiet">{row.count.toLocaleString('en')}</span>
            </h3>
          ) : (
            <Step step={row.step} />
          )
        }
      </VirtualRows>
    </div>
  );
}

function Step({ step }: { readonly step: RunStep }): ReactNode {
  const { id, action, state, message, begunAt, endedAt } = step;
  return (
    <div className={`step step-${state}`}>
      <span className="step-state">{stateWords[state]}</span>
      <span>{action && <ActionMark action={action} />}</span>
      <span className="step-what">
        <ResourceLabel id={id} />
        {message !== undefined && (
          <span className="step-message">
            <ForeignText>{message}</ForeignText>
          </span>
        )}
      </span>
      <span className="quiet small step-took">
        {begunAt !== undefined &&
          endedAt !== undefined &&
          formatDuration(Date.parse(endedAt) - Date.parse(begunAt))}
      </span>
    </div>
  );
}
