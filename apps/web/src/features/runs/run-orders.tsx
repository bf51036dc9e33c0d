import './run-orders.css';

import type { Run, Verb } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { isEnded } from '../../marks/describe-phase.ts';
import { DigestMark } from '../../marks/digest-mark.tsx';
import { RoleNeeded } from '../../marks/role-needed.tsx';
import { AskDialog } from '../../ui/ask-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { type RunOrder, useRunOrder } from './queries.ts';
import { wantsApproval } from './shown-plan.ts';

export interface RunOrdersProps {
  readonly run: Run;
  /** Of the plan that is on the page: nothing else is approved. Absent until one is there. */
  readonly shownDigest?: string;
  /** Of whoever looks: what they may not is not offered. */
  readonly may: readonly Verb[];
}

/** What a person can say to a run as it stands. */
export function RunOrders({ run, shownDigest, may }: RunOrdersProps): ReactNode {
  const order = useRunOrder(run.id);
  const [asking, setAsking] = useState<'cancel' | 'break-glass'>();
  const { phase } = run;
  if (isEnded(phase)) return null;
  const send = (asked: RunOrder): void =>
    order.mutate(asked, { onSuccess: () => setAsking(undefined) });
  const mayResume = phase.name === 'held' && may.includes('resume');
  const isStale = run.plan?.digest !== shownDigest;
  const props = { order: send, busy: order.isPending };
  return (
    <div className="orders">
      <div className="row">
        {wantsApproval(phase) && shownDigest !== undefined && !may.includes('approve') && (
          <RoleNeeded what="Approving" verb="approve" />
        )}
        {wantsApproval(phase) && shownDigest !== undefined && may.includes('approve') && (
          <ApproveRun {...props} digest={shownDigest} isStale={isStale} />
        )}
        {mayResume && <Resume {...props} inDoubt={phase.reason === 'in-doubt'} />}
        {phase.name !== 'held' && may.includes('cancel') && (
          <Button busy={order.isPending} onClick={() => send({ kind: 'hold' })}>
            Hold
          </Button>
        )}
        {may.includes('cancel') && (
          <Button tone="danger" onClick={() => setAsking('cancel')}>
            Cancel the run
          </Button>
        )}
        {may.includes('break-glass') && shownDigest !== undefined && (
          <Button tone="danger" disabled={isStale} onClick={() => setAsking('break-glass')}>
            Break the glass
          </Button>
        )}
      </div>
      {order.error && asking === undefined && (
        <div role="alert" className="orders-problem">
          <ProblemText error={order.error} />
        </div>
      )}
      {asking === 'cancel' && (
        <AskDialog
          title="Cancel this run"
          confirm="Cancel the run"
          danger
          busy={order.isPending}
          error={order.error}
          onConfirm={() => send({ kind: 'cancel' })}
          onClose={() => setAsking(undefined)}
        >
          <p className="soft">
            It ends after the step that it is at. What is applied by then stays applied.
          </p>
        </AskDialog>
      )}
      {asking === 'break-glass' && shownDigest !== undefined && (
        <AskDialog
          title="Break the glass"
          reasonLabel="Why, for those who ask afterwards"
          confirm="Apply without approvals"
          danger
          busy={order.isPending}
          error={order.error}
          onConfirm={(reason) => send({ kind: 'break-glass', digest: shownDigest, reason })}
          onClose={() => setAsking(undefined)}
        >
          <p className="soft">
            Neither missing approvals nor freezes keep this plan. Everybody sees that it was you.
          </p>
          <DigestMark digest={shownDigest} />
        </AskDialog>
      )}
    </div>
  );
}

interface OrderProps {
  readonly order: (asked: RunOrder) => void;
  readonly busy: boolean;
}

function ApproveRun(
  props: OrderProps & { readonly digest: string; readonly isStale: boolean },
): ReactNode {
  const { order, busy, digest, isStale } = props;
  return (
    <span className="row">
      <DigestMark digest={digest} stale={isStale} />
      <Button
        tone="strong"
        busy={busy}
        disabled={isStale}
        onClick={() => order({ kind: 'approve', digest })}
      >
        Approve this plan
      </Button>
    </span>
  );
}

function Resume({ order, busy, inDoubt }: OrderProps & { readonly inDoubt: boolean }): ReactNode {
  if (!inDoubt) {
    return (
      <Button busy={busy} onClick={() => order({ kind: 'resume' })}>
        Resume
      </Button>
    );
  }
  return (
    <>
      <Button busy={busy} onClick={() => order({ kind: 'resume', doubt: 'repeat' })}>
        It did not happen: repeat
      </Button>
      <Button busy={busy} onClick={() => order({ kind: 'resume', doubt: 'done' })}>
        It did happen: go on
      </Button>
    </>
  );
}
