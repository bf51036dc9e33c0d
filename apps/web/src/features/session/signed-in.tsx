import { Link } from '@tanstack/react-router';
import type { Actor } from '@trueup/api';
import type { ReactNode } from 'react';

import { Button } from '../../ui/button.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useSignOut } from './queries.ts';

export function SignedIn({ actor }: { readonly actor: Actor }): ReactNode {
  const signOut = useSignOut();
  if (actor.kind !== 'member') return null;
  const roles = actor.grants.map(({ role, repository }) =>
    repository === undefined ? role : `${role} in ${repository}`,
  );
  return (
    <>
      <Link to="/sign-ins" title={roles.join(', ')}>
        <ForeignText>{actor.name}</ForeignText>
      </Link>
      <Button tone="bare" busy={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out
      </Button>
    </>
  );
}
