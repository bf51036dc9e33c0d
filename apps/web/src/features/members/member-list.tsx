import './members.css';

import type { Member } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';

export interface MemberListProps {
  readonly members: readonly Member[];
  /** What can be done for one of them. */
  readonly aside: (member: Member) => ReactNode;
}

export function MemberList({ members, aside }: MemberListProps): ReactNode {
  return (
    <div className="panel">
      <VirtualRows items={members} keyOf={({ name }) => name} estimatePx={() => 48} label="Members">
        {(member) => (
          <div className="member-row">
            <strong>
              <ForeignText>{member.name}</ForeignText>
            </strong>
            <span>
              <ForeignText>{describeGrants(member)}</ForeignText>
            </span>
            <span className="quiet small">
              since <Age at={member.createdAt} />
            </span>
            {aside(member)}
          </div>
        )}
      </VirtualRows>
    </div>
  );
}

function describeGrants({ grants, groups }: Member): string {
  const roles = grants.map(({ role, repository }) =>
    repository === undefined ? role : `${role} in ${repository}`,
  );
  const all = [...roles, ...groups.map((group) => `group ${group}`)];
  return all.length === 0 ? 'no role' : all.join(', ');
}
