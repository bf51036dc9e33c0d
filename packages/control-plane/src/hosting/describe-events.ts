import type { AuditLine, Write } from '@trueup/engine';
import type { HostedEvent } from '@trueup/forge-hosted';

import { systemId } from './hosted-people.ts';

/**
 * Who changed what in the built-in forge, for the audit chain: written in the batch of the change, however it
 * came about, by git as well (P6). What was only said is not in it.
 */
export function describeEvents(events: readonly HostedEvent[], at: string): readonly Write[] {
  return events.flatMap((event): readonly Write[] => {
    const told = describe(event);
    if (!told) return [];
    const actor = event.by.id === systemId ? 'system' : `member:${event.by.login}`;
    return [{ kind: 'audit', line: { at, actor, ...told } }];
  });
}

function describe(event: HostedEvent): Pick<AuditLine, 'event' | 'subject' | 'detail'> | undefined {
  const { repository } = event;
  switch (event.kind) {
    case 'push': {
      const { branch, before, after } = event;
      const detail = { branch, ...(before && { before }), ...(after && { after }) };
      return { event: 'branch:moved', subject: repository, detail };
    }
    case 'merge-request':
      if (event.action === 'updated') return undefined;
      return ofRequest(`merge-request:${event.action}`, repository, event.number);
    case 'review':
      return ofRequest('merge-request:reviewed', repository, event.number);
    case 'comment':
    case 'check':
      return undefined;
  }
}

function ofRequest(event: string, repository: string, number: number) {
  return { event, subject: `${repository}!${number}`, detail: {} };
}
