import type { Verb } from '@trueup/api';
import type { ReactNode } from 'react';

/** The least role of each, for those who lack it. The server decides, and says `may`. */
const roles: Readonly<Partial<Record<Verb, string>>> = {
  plan: 'developer',
  approve: 'approver',
  'break-glass': 'emergency',
  administer: 'admin',
};

export interface RoleNeededProps {
  /** As a sentence begins: `Approving`. */
  readonly what: string;
  readonly verb: Verb;
}

/** Stands where a button would, which the server would refuse. */
export function RoleNeeded({ what, verb }: RoleNeededProps): ReactNode {
  return (
    <span className="small quiet">
      {what} takes the role <code>{roles[verb] ?? 'operator'}</code>, which you do not have here.
    </span>
  );
}
