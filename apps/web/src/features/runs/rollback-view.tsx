import { useNavigate } from '@tanstack/react-router';
import type { Rollback } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { RoleNeeded } from '../../marks/role-needed.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { useOpenRollback, useRollbackOf } from './queries.ts';

export interface RollbackViewProps {
  readonly rollout: string;
  /** A merge request. */
  readonly mayOpen: boolean;
}

/** What going back would bring and what it would leave, before a merge request does it. */
export function RollbackView({ rollout, mayOpen }: RollbackViewProps): ReactNode {
  const [wanted, setWanted] = useState(false);
  const rollback = useRollbackOf(rollout, wanted);
  if (!wanted) {
    return (
      <Button className="rollback-ask" onClick={() => setWanted(true)}>
        What would going back do?
      </Button>
    );
  }
  if (rollback.isPending) return <Loading what="what going back would do" />;
  if (rollback.isError) return <Failed error={rollback.error} what="Rollback" />;
  return <Found rollback={rollback.data} mayOpen={mayOpen} />;
}

function Found(props: { readonly rollback: Rollback; readonly mayOpen: boolean }): ReactNode {
  const { rollback, mayOpen } = props;
  const [asking, setAsking] = useState(false);
  return (
    <section className="panel rollback" aria-label="Going back">
      <header className="panel-head">
        <h2>Going back</h2>
        {!mayOpen && <RoleNeeded what="Going back" verb="plan" />}
        {mayOpen && rollback.obstacle === undefined && (
          <Button onClick={() => setAsking(true)}>Open a merge request that goes back</Button>
        )}
        {rollback.obstacle !== undefined && (
          <span className="phase-waits">
            <ForeignText>{rollback.obstacle}</ForeignText>
          </span>
        )}
      </header>
      <ul className="rows">
        {rollback.stacks.map((one) => (
          <li key={one.stack} className="rollback-stack">
            <strong>
              <ForeignText>{one.stack}</ForeignText>
            </strong>
            <span className="soft">
              <ForeignText>{one.restores ?? 'nothing was done here'}</ForeignText>
            </span>
            {one.leaves.map(({ says, resources }) => (
              <span key={says} className="phase-waits small">
                stays: <ForeignText>{says}</ForeignText>
                {resources.length > 0 && ` (${resources.length})`}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {asking && <Ask rollout={rollback.rollout} onClose={() => setAsking(false)} />}
    </section>
  );
}

function Ask(props: { readonly rollout: string; readonly onClose: () => void }): ReactNode {
  const { rollout, onClose } = props;
  const open = useOpenRollback(rollout);
  const navigate = useNavigate();
  const send = (reason: string): void =>
    open.mutate(reason, {
      onSuccess: ({ repository, number }) => {
        const params = { repository, number: String(number) };
        void navigate({ to: '/repositories/$repository/merge-requests/$number', params });
      },
    });
  return (
    <AskDialog
      title="Go back on this rollout"
      reasonLabel="Why, for those who ask afterwards"
      confirm="Open the merge request"
      busy={open.isPending}
      error={open.error}
      onConfirm={send}
      onClose={onClose}
    >
      <p className="soft">Its plan is made and approved as that of any other merge request.</p>
    </AskDialog>
  );
}
