import './merge-box.css';

import { Link, useNavigate } from '@tanstack/react-router';
import type { MergeMethod, MergeRequestView } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { RoleNeeded } from '../../marks/role-needed.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { type MergeRequestOrder, useMergeRequestOrder } from './orders.ts';
import { type MergeRequestPlace, useMergeMethods } from './queries.ts';

export interface MergeBoxProps {
  readonly place: MergeRequestPlace;
  readonly request: MergeRequestView;
}

/** Whether it can be merged, what hinders it, and the ways to end it. */
export function MergeBox({ place, request }: MergeBoxProps): ReactNode {
  const order = useMergeRequestOrder(place);
  const navigate = useNavigate();
  const send = (asked: MergeRequestOrder): void =>
    order.mutate(asked, {
      onSuccess: (number) => {
        if (number === undefined) return;
        const params = { repository: place.repository, number: String(number) };
        void navigate({ to: '/repositories/$repository/merge-requests/$number', params });
      },
    });
  const props = { request, send, busy: order.isPending };
  return (
    <section className="merge-box" aria-label="Merge">
      {request.state === 'open' && <OpenBox {...props} place={place} />}
      {request.state === 'merged' && <MergedBox {...props} />}
      {request.state === 'closed' && request.may.includes('edit') && (
        <Button busy={order.isPending} onClick={() => send({ kind: 'reopen' })}>
          Open it again
        </Button>
      )}
      {order.error && (
        <div role="alert" className="merge-problem">
          <ProblemText error={order.error} />
        </div>
      )}
    </section>
  );
}

interface PartProps {
  readonly request: MergeRequestView;
  readonly send: (order: MergeRequestOrder) => void;
  readonly busy: boolean;
}

function OpenBox({
  request,
  send,
  busy,
  place,
}: PartProps & { readonly place: MergeRequestPlace }) {
  const { obstacle, draft, autoMerge, source } = request;
  const { commit } = source;
  return (
    <>
      <Fit request={request} />
      {request.fit === 'conflicts' && (
        <Link
          to="/repositories/$repository/merge-requests/$number/conflicts"
          params={{ repository: place.repository, number: String(place.number) }}
        >
          {request.may.includes('edit') ? 'See the conflicts, and solve them' : 'See the conflicts'}
        </Link>
      )}
      {obstacle !== undefined && (
        <p className="merge-obstacle">
          <ForeignText>{obstacle}</ForeignText>
        </p>
      )}
      {autoMerge ? (
        <>
          <p className="soft">
            It is merged as soon as everything is green, says{' '}
            <ForeignText>{autoMerge.by.login}</ForeignText>.
          </p>
          {request.may.includes('merge') && (
            <Button busy={busy} onClick={() => send({ kind: 'cancel-merge' })}>
              Take that back
            </Button>
          )}
        </>
      ) : (
        <MergeForm place={place} request={request} send={send} busy={busy} />
      )}
      <div className="row merge-small">
        {request.may.includes('review') && (
          <Button busy={busy} onClick={() => send({ kind: 'review', verdict: 'approved', commit })}>
            Approve the code
          </Button>
        )}
        <Button
          busy={busy}
          onClick={() => send({ kind: 'review', verdict: 'changes-requested', commit })}
        >
          Ask for changes
        </Button>
        {request.may.includes('edit') && (
          <>
            <Button busy={busy} onClick={() => send({ kind: 'edit', edit: { draft: !draft } })}>
              {draft ? 'No draft any more' : 'Make it a draft'}
            </Button>
            <Button busy={busy} onClick={() => send({ kind: 'close' })}>
              Close
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function MergeForm(props: PartProps & { readonly place: MergeRequestPlace }): ReactNode {
  const { request, send, busy, place } = props;
  const methods = useMergeMethods(place.repository);
  const [method, setMethod] = useState<MergeMethod>();
  const [deleteSource, setDeleteSource] = useState(true);
  const known = methods.data ?? ['merge'];
  const chosen = method ?? known[0] ?? 'merge';
  if (!request.may.includes('merge')) return <RoleNeeded what="Merging" verb="plan" />;
  const isGreen = request.obstacle === undefined;
  // What is not green may be merged where no rule of the branch forbids it, but does not invite to.
  const isQuiet = request.checks.some(({ state }) => state !== 'passed');
  const order = { kind: 'merge', commit: request.source.commit, method: chosen } as const;
  return (
    <div className="merge-form">
      <div className="row">
        <Button
          tone={isQuiet ? 'plain' : 'strong'}
          busy={busy}
          disabled={request.draft || request.fit === 'conflicts' || request.fit === 'unrelated'}
          onClick={() => send({ ...order, whenGreen: !isGreen, deleteSource })}
        >
          {isGreen ? 'Merge' : 'Merge when green'}
        </Button>
        {known.length > 1 && (
          <select
            aria-label="How it is merged"
            value={chosen}
            onChange={(event) =>
              setMethod(known.find((one) => one === event.target.value) ?? 'merge')
            }
          >
            {known.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        )}
      </div>
      <label className="merge-check">
        <input
          type="checkbox"
          checked={deleteSource}
          onChange={(event) => setDeleteSource(event.target.checked)}
        />
        remove its branch afterwards
      </label>
    </div>
  );
}

const fitWords = {
  merges: 'Merges cleanly',
  behind: 'Merges, but is behind its target branch',
  conflicts: 'Does not merge: conflicts',
  unrelated: 'Does not merge: it has no history in common',
} as const;

function Fit({ request: { fit } }: { readonly request: MergeRequestView }): ReactNode {
  const isBad = fit === 'conflicts' || fit === 'unrelated';
  return <p className={isBad ? 'phase-bad' : 'soft'}>{fitWords[fit]}</p>;
}

function MergedBox({ request, send, busy }: PartProps): ReactNode {
  const { merged } = request;
  return (
    <>
      {merged && (
        <p className="soft">
          Merged by <ForeignText>{merged.by.login}</ForeignText> as{' '}
          <code>{merged.commit.slice(0, 8)}</code>
        </p>
      )}
      {request.may.includes('edit') && (
        <Button busy={busy} onClick={() => send({ kind: 'revert' })}>
          Take it back by a merge request
        </Button>
      )}
    </>
  );
}
