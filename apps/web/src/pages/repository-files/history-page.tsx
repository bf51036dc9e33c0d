import './files-page.css';

import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { HistoryList } from '../../features/repository-files/history-list.tsx';
import { PlaceBar } from '../../features/repository-files/place-bar.tsx';
import { useBranches } from '../../features/repository-files/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Page } from '../../ui/page.tsx';

const route = getRouteApi('/repositories/$repository/history');

export function HistoryPage(): ReactNode {
  const { repository } = route.useParams();
  const place = route.useSearch();
  const navigate = route.useNavigate();
  const branches = useBranches(repository);
  const { path = '' } = place;
  return (
    <Page
      title={`History of ${path === '' ? repository : path}`}
      above={
        <Link to="/repositories/$repository/files" params={{ repository }} search={place}>
          <ForeignText>{path === '' ? repository : path}</ForeignText>
        </Link>
      }
      heading="History"
    >
      <PlaceBar
        repository={repository}
        place={place}
        revision={place.revision ?? branches.data?.[0]?.name ?? ''}
        onRevision={(revision) => void navigate({ search: { ...place, revision } })}
      />
      <HistoryList repository={repository} place={place} />
    </Page>
  );
}
