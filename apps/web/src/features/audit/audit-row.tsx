import './audit-row.css';

import type { AuditEntry } from '@trueup/api';
import type { ReactNode } from 'react';

import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatDetail } from './format-detail.ts';

export function AuditRow({ entry }: { readonly entry: AuditEntry }): ReactNode {
  return (
    <div className="audit-row">
      <span className="quiet mono audit-sequence">{entry.sequence}</span>
      <span className="audit-event">{entry.event}</span>
      <span className="audit-who">
        <ForeignText>{entry.actor}</ForeignText>
      </span>
      <span className="audit-what">
        <ForeignText>{entry.subject}</ForeignText>
        <span className="quiet small audit-detail">
          <ForeignText>{formatDetail(entry.detail)}</ForeignText>
        </span>
      </span>
      <span className="quiet small audit-at">
        <Age at={entry.at} />
      </span>
      <code className="quiet audit-link" title={`Link of the chain: ${entry.link}`}>
        {entry.link.replace('sha256:', '').slice(0, 12)}
      </code>
    </div>
  );
}
