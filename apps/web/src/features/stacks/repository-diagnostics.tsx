import './repository-diagnostics.css';

import type { ReactNode } from 'react';

import { DiagnosticLine } from '../../changes/diagnostic-line.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { useDiagnostics } from './queries.ts';

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
