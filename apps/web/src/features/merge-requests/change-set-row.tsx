import './change-set-row.css';

import { Link } from '@tanstack/react-router';
import type { ChangeSet } from '@trueup/api';
import type { ReactNode } from 'react';

import { DigestMark } from '../../marks/digest-mark.tsx';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { describeChangeSet } from './describe-change-set.ts';

export function ChangeSetRow({ set }: { readonly set: ChangeSet }): ReactNode {
  const { words, tone } = describeChangeSet(set);
  const count = Object.keys(set.stacks).length;
  return (
    <div className="set-row">
      <span className="quiet mono">!{set.number}</span>
      <div className="set-row-words">
        <Link
          to="/repositories/$repository/merge-requests/$number"
          params={{ repository: set.repository, number: String(set.number) }}
          className="set-row-title"
        >
          <ForeignText>{set.title ?? `Merge request ${set.number}`}</ForeignText>
        </Link>
        <span className="small quiet">
          <ForeignText>{set.repository}</ForeignText> ·{' '}
          {count === 1 ? '1 stack' : `${count} stacks`}
        </span>
      </div>
      <span className={`phase phase-${tone}`}>{words}</span>
      <DigestMark digest={set.digest} />
      <span className="quiet small">
        <Age at={set.updatedAt} />
      </span>
    </div>
  );
}
