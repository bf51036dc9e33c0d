import { useNavigate } from '@tanstack/react-router';
import type { Run, StackView } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { RevisionMark } from '../../marks/revision-mark.tsx';
import { splitStackName } from '../../marks/stack-name.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { useStackOrder } from './queries.ts';

export interface RollbackButtonProps {
  readonly stack: StackView;
  readonly run: Run;
}

/** Back to what a run brought that succeeded, and that is not in place now. */
export function RollbackButton({ stack, run }: RollbackButtonProps): ReactNode {
  const params = splitStackName(stack.id);
  const order = useStackOrder(params);
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const isOld = run.phase.name === 'succeeded' && run.revision !== stack.applied?.revision;
  if (!isOld || !stack.may.includes('rollback')) return null;
  const send = (reason: string): void =>
    order.mutate(
      { kind: 'rollback', revision: run.revision, reason },
      {
        onSuccess: (made) => {
          if (!made) return;
          const { repository } = params;
          void navigate({
            to: '/repositories/$repository/runs/$run',
            params: { repository, run: made.id },
          });
        },
      },
    );
  return (
    <>
      <Button tone="bare" onClick={() => setAsking(true)}>
        Go back to it
      </Button>
      {asking && (
        <AskDialog
          title={`Go back to ${run.revision.slice(0, 8)}`}
          reasonLabel="Why, for those who ask afterwards"
          confirm="Start the rollback"
          danger
          busy={order.isPending}
          error={order.error}
          onConfirm={send}
          onClose={() => setAsking(false)}
        >
          <p className="soft">
            A run applies <RevisionMark revision={run.revision} /> and pauses the stack until Git
            agrees. A merge request that reverts is the quieter way.
          </p>
        </AskDialog>
      )}
    </>
  );
}
