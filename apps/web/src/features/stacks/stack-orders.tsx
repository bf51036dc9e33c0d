import { useNavigate } from '@tanstack/react-router';
import type { StackView } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { splitStackName } from '../../marks/stack-name.ts';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { type StackOrder, useStackOrder } from './queries.ts';

/** What can be asked for of a stack as it is. What somebody may not is not offered. */
export function StackOrders({ stack }: { readonly stack: StackView }): ReactNode {
  const params = splitStackName(stack.id);
  const order = useStackOrder(params);
  const navigate = useNavigate();
  const [pausing, setPausing] = useState(false);
  const send = (asked: StackOrder): void =>
    order.mutate(asked, {
      onSuccess: (run) => {
        setPausing(false);
        if (!run) return;
        const { repository } = params;
        void navigate({
          to: '/repositories/$repository/runs/$run',
          params: { repository, run: run.id },
        });
      },
    });
  const may = new Set(stack.may);
  return (
    <>
      {stack.paused && may.has('pause') && (
        <Button busy={order.isPending} onClick={() => send({ kind: 'unpause' })}>
          Unpause
        </Button>
      )}
      {!stack.paused && may.has('pause') && <Button onClick={() => setPausing(true)}>Pause</Button>}
      {stack.driftCount > 0 && may.has('heal') && (
        <Button busy={order.isPending} onClick={() => send({ kind: 'heal' })}>
          Heal
        </Button>
      )}
      {may.has('apply') && (
        <Button tone="strong" busy={order.isPending} onClick={() => send({ kind: 'apply' })}>
          Apply now
        </Button>
      )}
      {order.error && !pausing && (
        <div role="alert" className="orders-problem">
          <ProblemText error={order.error} />
        </div>
      )}
      {pausing && (
        <AskDialog
          title={`Leave ${stack.name} alone`}
          reasonLabel="Why, for those who find it paused"
          confirm="Pause"
          busy={order.isPending}
          error={order.error}
          onConfirm={(reason) => send({ kind: 'pause', reason })}
          onClose={() => setPausing(false)}
        >
          <p className="soft">Neither new revisions nor healing touch it until it is unpaused.</p>
        </AskDialog>
      )}
    </>
  );
}
