import type { Page, PageRequest, Store, Write } from '@trueup/engine';
import type { HostedEvent, HostedRecord, HostedRecords, RecordWrite } from '@trueup/forge-hosted';

export interface HostedRecordPorts {
  readonly store: Pick<Store, 'hosted' | 'hostedRecords' | 'commit'>;
  /** What has to be written because of what happened: webhooks that are to be sent. */
  readonly announce: (events: readonly HostedEvent[]) => Promise<Announcement>;
  /** After it was written. */
  readonly onEvents: (events: readonly HostedEvent[]) => void;
}

export interface Announcement {
  readonly writes: readonly Write[];
  /** Called once they are written. */
  readonly written: () => void;
}

/** The built-in forge's records in the store. */
export function createHostedRecords(ports: HostedRecordPorts): HostedRecords {
  const { store, announce, onEvents } = ports;
  return {
    find: (place, id) => store.hosted({ place, id }),
    list: (filter, page): Promise<Page<HostedRecord>> =>
      store.hostedRecords(filter, page satisfies PageRequest),
    async commit(writes, events) {
      const announced = events.length > 0 ? await announce(events) : undefined;
      const all = [...writes.map(toWrite), ...(announced?.writes ?? [])];
      if (all.length > 0) await store.commit(all);
      announced?.written();
      if (events.length > 0) onEvents(events);
    },
  };
}

function toWrite(write: RecordWrite): Write {
  if (write.kind === 'put') return { kind: 'hosted', record: write.record };
  const { place, id } = write;
  return { kind: 'hosted-removed', key: { place, id } };
}
