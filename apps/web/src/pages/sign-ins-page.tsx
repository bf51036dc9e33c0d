import type { ReactNode } from 'react';

import { useActor } from '../features/session/queries.ts';
import { SignIns } from '../features/session/sign-ins.tsx';
import { Page } from '../ui/page.tsx';

/** Where one is signed in, for those who left a browser somewhere. */
export function SignInsPage(): ReactNode {
  const { data } = useActor();
  return (
    <Page title="Sign-ins" heading="Where you are signed in">
      {data?.kind === 'member' && <SignIns member={data.name} />}
    </Page>
  );
}
