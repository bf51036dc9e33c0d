import './merge-request-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError, type ChangeSet, type MergeRequestView } from '@trueup/api';
import type { ReactNode } from 'react';

import { MergeRequestFacts } from '../features/merge-requests/merge-request-facts.tsx';
import { useChangeSet, useMergeRequest } from '../features/merge-requests/queries.ts';
import { ForeignText } from '../ui/foreign-text.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { MergeRequestParts } from './merge-request-parts.tsx';

const route = getRouteApi('/repositories/$repository/merge-requests/$number');

export function MergeRequestPage(): ReactNode {
  const { repository, number: digits } = route.useParams();
  const place = { repository, number: Number(digits) };
  const request = useMergeRequest(place);
  const set = useChangeSet(place);
  const title = request.data?.title ?? set.data?.title ?? `Merge request ${place.number}`;
  return (
    <Page
      title={`${title} !${place.number}`}
      above={
        <Link to="/repositories/$repository/merge-requests" params={{ repository }}>
          <ForeignText>{repository}</ForeignText>
        </Link>
      }
      heading={
        <>
          <ForeignText>{title}</ForeignText> <span className="quiet">!{place.number}</span>
        </>
      }
      facts={<MergeRequestFacts request={request.data} set={set.data} repository={repository} />}
    >
      {request.isPending || set.isPending ? (
        <Loading what="the merge request" />
      ) : (
        <Found
          request={request.data}
          set={set.data}
          isOnItsWay={set.isFetching}
          problem={request.error ?? set.error}
        />
      )}
    </Page>
  );
}

interface FoundProps {
  readonly request: MergeRequestView | undefined;
  readonly set: ChangeSet | null | undefined;
  readonly isOnItsWay: boolean;
  readonly problem: Error | null;
}

/** A merge request of another forge has its plan here, and its discussion there. */
function Found({ request, set, isOnItsWay, problem }: FoundProps): ReactNode {
  if (request || set) {
    return <MergeRequestParts request={request} set={set ?? undefined} isOnItsWay={isOnItsWay} />;
  }
  if (problem && !(problem instanceof ApiError && problem.status === 404)) {
    return <Failed error={problem} what="Merge request" />;
  }
  return <Empty title="There is no such merge request, or it is not yours to see" />;
}
