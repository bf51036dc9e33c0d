import type { AskedRequirement, Plan } from '@trueup/api';
import type { ReactNode } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';

/** Whose word the rules ask for, for this plan: each line has to be met. */
export function AskedWords({ plan: { asked = [] } }: { readonly plan: Plan }): ReactNode {
  if (asked.length === 0) return null;
  return (
    <ul className="asked" aria-label="Who has to approve it">
      {asked.map((one) => (
        <li key={describeAsked(one)}>
          <span className="remark-kind">asked</span> <ForeignText>{describeAsked(one)}</ForeignText>
        </li>
      ))}
    </ul>
  );
}

export function describeAsked({ count, from, excludeAuthor, because }: AskedRequirement): string {
  const people = from.length === 0 ? '' : ` from ${from.join(' or ')}`;
  const author = excludeAuthor ? ', not by who wrote it' : '';
  const reason = because === undefined ? '' : `, since ${because}`;
  return `${count === 1 ? '1 approval' : `${count} approvals`}${people}${author}${reason}`;
}
