import { getRouteApi, Link } from '@tanstack/react-router';
import type { Conflicts } from '@trueup/api';
import type { ReactNode } from 'react';

import { type ConflictPlace, useConflicts } from '../../features/conflicts/queries.ts';
import { SolveForm } from '../../features/conflicts/solve-form.tsx';
import { useRepository } from '../../features/repositories/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';

const route = getRouteApi('/repositories/$repository/merge-requests/$number/conflicts');

/** What a merge request and its target branch do not merge, and what becomes of it. */
export function ConflictsPage(): ReactNode {
  const params = route.useParams();
  const place = { repository: params.repository, number: Number(params.number) };
  const conflicts = useConflicts(place);
  return (
    <Page
      title={`Conflicts of !${place.number}`}
      above={
        <Link to="/repositories/$repository/merge-requests/$number" params={params}>
          <ForeignText>{params.repository}</ForeignText> !{place.number}
        </Link>
      }
      heading="Conflicts"
    >
      {conflicts.isPending && <Loading what="the conflicts" />}
      {conflicts.isError && (
        <Failed error={conflicts.error} what="Conflicts" again={() => void conflicts.refetch()} />
      )}
      {conflicts.data && <Found place={place} conflicts={conflicts.data} />}
    </Page>
  );
}

interface FoundProps {
  readonly place: ConflictPlace;
  readonly conflicts: Conflicts;
}

function Found({ place, conflicts }: FoundProps): ReactNode {
  const navigate = route.useNavigate();
  const mayWrite = useRepository(place.repository)?.may.includes('plan') ?? false;
  const { kind, heads, files } = conflicts;
  if (kind === 'unrelated') {
    return <Empty title="The two branches have no history in common" />;
  }
  if (!heads) return <Empty title="It merges: there is nothing to solve" />;
  const params = { repository: place.repository, number: `${place.number}` };
  const done = (): void => {
    void navigate({ to: '/repositories/$repository/merge-requests/$number', params });
  };
  return <SolveForm place={place} heads={heads} files={files} mayWrite={mayWrite} onDone={done} />;
}
