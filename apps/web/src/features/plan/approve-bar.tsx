import './approve-bar.css';

import type { Approval, ChangeSet } from '@trueup/api';
import type { ReactNode } from 'react';

import { DigestMark } from '../../marks/digest-mark.tsx';
import { RoleNeeded } from '../../marks/role-needed.tsx';
import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ProblemText } from '../../ui/states.tsx';
import { findObjections } from './find-objections.ts';
import { isOpenToApproval, type ShownSet } from './shown-set.ts';

export interface ApproveBarProps {
  readonly view: ShownSet;
  readonly busy: boolean;
  readonly error: Error | null;
  /** What the last approval made. */
  readonly given: readonly Approval[] | undefined;
  readonly onApprove: (digest: string) => void;
  /** Puts the newer plan in the place of the one that is shown. */
  readonly onShowNewer: () => void;
}

/** The one button that says yes to exactly what stands on the page. */
export function ApproveBar(props: ApproveBarProps): ReactNode {
  const { view, busy, error, given, onApprove, onShowNewer } = props;
  const { shown, newer } = view;
  const mayApprove = shown.may.includes('approve');
  const plans = Object.values(shown.stacks).filter(({ state }) => state === 'planned').length;
  if (plans === 0 && !newer) return null;
  const canBeApproved = isOpenToApproval(shown) && plans > 0;
  return (
    <div className="approve">
      <div className="approve-line">
        <span className="row">
          <span className="soft">Digest of {plans === 1 ? 'the plan' : `all ${plans} plans`}</span>
          <DigestMark digest={shown.digest} stale={newer !== undefined} />
        </span>
        {canBeApproved && !mayApprove && waitingFor(shown) > 0 && (
          <RoleNeeded what="Approving" verb="approve" />
        )}
        {canBeApproved && (mayApprove || waitingFor(shown) === 0) && (
          <Button
            tone="strong"
            busy={busy}
            disabled={newer !== undefined || waitingFor(shown) === 0}
            onClick={() => onApprove(shown.digest)}
          >
            {waitingFor(shown) === 0 ? 'No approval is missing' : 'Approve exactly this'}
          </Button>
        )}
      </div>
      {newer && (
        <div className="approve-stale" role="alert">
          <p>
            The plan moved while you looked: it is <DigestMark digest={newer.digest} /> by now. What
            you see is approved and merged no more.
          </p>
          <Button onClick={onShowNewer}>Show the new plan</Button>
        </div>
      )}
      {error && (
        <div role="alert" className="approve-refused">
          <p className="phase-bad">The approval was refused</p>
          <ProblemText error={error} />
        </div>
      )}
      {!error && given && <GivenWords shown={shown} given={given} />}
    </div>
  );
}

interface GivenWordsProps {
  readonly shown: ChangeSet;
  readonly given: readonly Approval[];
}

/** What became of a word: it is kept also where it does not count, and then nobody should think it did. */
function GivenWords({ shown, given }: GivenWordsProps): ReactNode {
  const objected = findObjections(shown, given);
  const counted = given.filter(({ stack }) => !objected.some((one) => one.stack === stack));
  return (
    <>
      {counted.length > 0 && (
        <p role="status" className="approval-covered">
          Approved: {counted.map(({ stack }) => stack).join(', ')}
        </p>
      )}
      {objected.map(({ stack, reason }) => (
        <p key={stack} role="alert" className="phase-bad">
          Your approval of <ForeignText>{stack}</ForeignText> does not count:{' '}
          <ForeignText>{reason}</ForeignText>
        </p>
      ))}
    </>
  );
}

function waitingFor({ stacks }: ChangeSet): number {
  return Object.values(stacks).filter(
    ({ approval }) => approval && approval.required !== '' && !approval.covered,
  ).length;
}
