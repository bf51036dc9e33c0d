import type { ReactNode } from 'react';

import { AdmitForm } from '../features/members/admit-form.tsx';
import { MemberList } from '../features/members/member-list.tsx';
import { useMembers } from '../features/members/queries.ts';
import { useRepositories } from '../features/repositories/queries.ts';
import { NewToken } from '../features/session/new-token.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';

/** Who may do what; for administrators. */
export function MembersPage(): ReactNode {
  const members = useMembers();
  const repositories = useRepositories();
  return (
    <Page
      title="Members"
      heading="Members"
      facts={<span>Whoever is let in signs in with a token that you make and hand over.</span>}
    >
      {members.isPending && <Loading what="members" />}
      {members.isError && (
        <Failed error={members.error} what="Members" again={() => void members.refetch()} />
      )}
      {members.data && (
        <div className="stack-of-parts">
          <AdmitForm
            known={new Set(members.data.map(({ name }) => name))}
            repositories={repositories.data?.map(({ name }) => name) ?? []}
          />
          <MemberList
            members={members.data}
            aside={({ name }) => <NewToken member={name} label="browser" />}
          />
        </div>
      )}
    </Page>
  );
}
