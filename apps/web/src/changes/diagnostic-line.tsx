import type { Diagnostic } from '@trueup/diagnostics';
import type { ReactNode } from 'react';

import { ForeignText } from '../ui/foreign-text.tsx';

/** What is wrong with what somebody wrote, where it stands, and what to write instead. */
export function DiagnosticLine({ diagnostic }: { readonly diagnostic: Diagnostic }): ReactNode {
  const { summary, advice, origin, code } = diagnostic;
  return (
    <span>
      <ForeignText>{summary}</ForeignText>{' '}
      <span className="quiet small">
        {origin && origin.file !== '' && (
          <code>
            <ForeignText>{`${origin.file}:${origin.line}`}</ForeignText>
          </code>
        )}{' '}
        <code>{code}</code>
      </span>
      {advice !== undefined && (
        <span className="soft small">
          {' '}
          <ForeignText>{advice}</ForeignText>
        </span>
      )}
    </span>
  );
}
