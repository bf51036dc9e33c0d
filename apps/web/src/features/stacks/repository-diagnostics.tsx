import './repository-diagnostics.css';

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { RepositoryDiagnostic } from '@trueup/api';
import type { ReactNode } from 'react';

import { useApi } from '../../api/api-context.ts';
import { DiagnosticLine } from '../../changes/diagnostic-line.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';

/** What keeps repositories from being followed, or their stacks from being read. */
export function RepositoryDiagnostics(): ReactNode {
  const { data = [] } = useDiagnostics();
  if (data.length === 0) return null;
  return (
    <ul className="repository-diagnostics" aria-label="Mistakes in repositories">
      {data.slice(0, mostShown).map((one) => (
        <li
          key={`${one.repository} ${one.code} ${one.summary}`}
          className={`repository-diagnostic-${one.severity}`}
        >
          <strong>
            <ForeignText>{one.repository}</ForeignText>
          </strong>{' '}
          <DiagnosticLine diagnostic={one} />
        </li>
      ))}
      {data.length > mostShown && <li className="quiet">and {data.length - mostShown} more</li>}
    </ul>
  );
}

const mostShown = 20;

function useDiagnostics(): UseQueryResult<readonly RepositoryDiagnostic[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['repositories', 'diagnostics'],
    queryFn: async ({ signal }) => (await api.diagnostics({ signal })).items,
  });
}
