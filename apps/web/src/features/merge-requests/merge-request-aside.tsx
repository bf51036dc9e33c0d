import './merge-box.css';

import type { Check, MergeRequestView } from '@trueup/api';
import { type ReactNode, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { toWebAddress } from '../../ui/web-address.ts';
import { NameList } from './name-list.tsx';
import { useMergeRequestOrder } from './orders.ts';
import type { MergeRequestPlace } from './queries.ts';

export interface MergeRequestAsideProps {
  readonly place: MergeRequestPlace;
  readonly request: MergeRequestView;
}

/** What CIs, people and owners say of it, and what can be said to Trueup. */
export function MergeRequestAside({ place, request }: MergeRequestAsideProps): ReactNode {
  const { checks, owners, approvedBy, reviewers, labels } = request;
  const mayEdit = request.may.includes('edit');
  return (
    <>
      <Checks checks={checks} />
      <section className="facts">
        <h2>Code approved by</h2>
        <p>
          {approvedBy.length === 0 ? (
            <span className="quiet">nobody yet</span>
          ) : (
            <ForeignText>{approvedBy.map(({ login }) => login).join(', ')}</ForeignText>
          )}
        </p>
        {owners.map(({ section, owners: names, paths }) => (
          <p key={`${section} ${names.join()} ${paths.join()}`} className="small soft">
            owners of <code>{paths[0]}</code>
            {paths.length > 1 && ' and more'}: <ForeignText>{names.join(', ')}</ForeignText>
          </p>
        ))}
      </section>
      <NameList
        title="Reviewers"
        names={reviewers.map(({ login }) => login)}
        place={place}
        mayEdit={mayEdit}
        toEdit={(names) => ({ reviewers: names })}
      />
      <NameList
        title="Labels"
        names={labels}
        place={place}
        mayEdit={mayEdit}
        toEdit={(names) => ({ labels: names })}
      />
      {request.state !== 'closed' && <Commands place={place} request={request} />}
    </>
  );
}

const checkSigns = { passed: '✓', failed: '✕', error: '✕', pending: '○' } as const;

function Checks({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  return (
    <section className="facts">
      <h2>Checks</h2>
      {checks.length === 0 && <p className="quiet">none so far</p>}
      <ul className="facts">
        {checks.map((check) => {
          const address = toWebAddress(check.url);
          return (
            <li key={check.name} className="fact-check">
              <span className={`check-${check.state}`} title={check.state}>
                <span aria-hidden="true">{checkSigns[check.state]}</span>
                <span className="hidden-text">{check.state}</span>
              </span>
              <span>
                {address === undefined ? (
                  <ForeignText>{check.name}</ForeignText>
                ) : (
                  <a href={address} target="_blank" rel="noopener noreferrer nofollow">
                    <ForeignText>{check.name}</ForeignText>
                  </a>
                )}
                <span className="small soft">
                  {' '}
                  <ForeignText>{check.description}</ForeignText>
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Those that would be answered by a refusal are left out. */
const commands = [
  { command: '/trueup plan', words: 'Plan again', state: 'open', verb: 'edit' },
  { command: '/trueup hold', words: 'Hold after the merge', state: 'open', verb: 'edit' },
  { command: '/trueup apply', words: 'Apply what is held', state: 'merged', verb: 'edit' },
  { command: '/trueup explain', words: 'Explain who is asked', state: 'open', verb: 'comment' },
] as const;

/** Comments that Trueup obeys, as anybody could write them. */
function Commands({ place, request }: MergeRequestAsideProps): ReactNode {
  const order = useMergeRequestOrder(place);
  const [said, setSaid] = useState<string>();
  const fitting = commands.filter(
    ({ state, verb }) => state === request.state && request.may.includes(verb),
  );
  if (fitting.length === 0) return null;
  return (
    <section className="facts">
      <h2>Say to Trueup</h2>
      <div className="row merge-small">
        {fitting.map(({ command, words }) => (
          <Button
            key={command}
            title={command}
            busy={order.isPending}
            onClick={() =>
              order.mutate({ kind: 'say', command }, { onSuccess: () => setSaid(command) })
            }
          >
            {words}
          </Button>
        ))}
      </div>
      {said !== undefined && !order.error && (
        <p className="small soft" role="status">
          Said <code>{said}</code>; the answer comes in the discussion.
        </p>
      )}
      {order.error && <ProblemText error={order.error} />}
    </section>
  );
}
