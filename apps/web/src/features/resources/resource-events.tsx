import './resource-events.css';

import type { ResourceEvent, StackName } from '@trueup/api';
import type { ReactNode } from 'react';

import { ResourceLabel } from '../../changes/resource-label.tsx';
import { Age } from '../../ui/age.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { useResourceEvents } from './queries.ts';

/** What the target itself noted, the newest first. */
export function ResourceEvents({ params }: { readonly params: StackName }): ReactNode {
  const events = useResourceEvents(params);
  if (events.isPending) return <Loading what="events of the target" />;
  if (events.isError) {
    return <Failed error={events.error} what="Events" again={() => void events.refetch()} />;
  }
  const items = events.data.toSorted((one, other) => other.at.localeCompare(one.at));
  if (items.length === 0) return <Empty title="The target has noted nothing" />;
  return (
    <div className="panel">
      <VirtualRows items={items} keyOf={keyOf} estimatePx={() => 54} label="Events of the target">
        {(event) => (
          <div className={`event event-${event.severity}`}>
            <span className="event-reason">
              <ForeignText>{event.reason}</ForeignText>
              {event.count > 1 && <span className="quiet"> ×{event.count}</span>}
            </span>
            <span className="event-words">
              <ResourceLabel id={event.id} />
              <span className="soft">
                <ForeignText>{event.message}</ForeignText>
              </span>
            </span>
            <span className="quiet small">
              <Age at={event.at} />
            </span>
          </div>
        )}
      </VirtualRows>
    </div>
  );
}

function keyOf({ id, reason, at, message }: ResourceEvent): string {
  return `${at} ${id} ${reason} ${message}`;
}
