/** Events of controllers. Only so many are kept: they would else be most of what there is. */

import type { JsonObject } from '@trueup/diagnostics';

import { formatTime } from '../cluster/clock.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { readText } from '../object/read-fields.ts';

export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

const maxEvents = 1000;

export class EventRecorder {
  readonly #cluster: Cluster;
  readonly #recorded: string[] = [];
  #count = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** @param about with apiVersion and kind */
  record(about: JsonObject, { type, reason, message, component }: Happening): void {
    const { store, clock, createUid } = this.#cluster;
    const time = formatTime(clock.now());
    const namespace = readText(about, 'metadata', 'namespace') ?? 'default';
    const subject = readText(about, 'metadata', 'name') ?? '';
    this.#count += 1;
    const name = `${subject}.${this.#count.toString(16).padStart(16, '0')}`;
    store.put('/events', {
      metadata: { name, namespace, uid: createUid(), creationTimestamp: time },
      involvedObject: referenceTo(about),
      reason,
      message,
      source: { component },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: '',
    });
    this.#forgetOldest(`${namespace}/${name}`);
  }

  #forgetOldest(newest: string): void {
    this.#recorded.push(newest);
    if (this.#recorded.length <= maxEvents) return;
    const [namespace = '', name = ''] = (this.#recorded.shift() ?? '').split('/');
    const stored = this.#cluster.store.get({ resource: '/events', namespace, name });
    if (stored) this.#cluster.store.remove(stored);
  }
}

function referenceTo(about: JsonObject): JsonObject {
  const { apiVersion = '', kind = '' } = about;
  return {
    kind,
    apiVersion,
    namespace: readText(about, 'metadata', 'namespace') ?? '',
    name: readText(about, 'metadata', 'name') ?? '',
    uid: readText(about, 'metadata', 'uid') ?? '',
    resourceVersion: readText(about, 'metadata', 'resourceVersion') ?? '',
  };
}
