/** Makes a volume for each claim. */

import { copyJson, ensureDraft } from '../object/draft.ts';
import { readAt, readList, readText } from '../object/read-fields.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { find, isBeingDeleted, type Known } from './owned-objects.ts';

const claims = '/persistentvolumeclaims';
const protection = 'kubernetes.io/pvc-protection';

export function createClaimController(context: ControllerContext): Controller {
  return {
    concerns: ({ object, type }) =>
      object.resource === claims && type !== 'DELETED' ? [object] : [],
    reconcile: (identity) => {
      const claim = find(context.cluster, identity);
      if (!claim) return;
      if (isBeingDeleted(claim.value)) release(context, claim);
      else if (readText(claim.value, 'status', 'phase') === 'Pending') bind(context, claim);
    },
  };
}

/** Nothing here uses a volume after its pod is gone. */
function release({ client }: ControllerContext, { stored, value }: Known): void {
  if (!readList(value, 'metadata', 'finalizers').includes(protection)) return;
  client.update(stored, '', (draft) => {
    const metadata = ensureDraft(draft, 'metadata');
    const finalizers = Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : [];
    metadata['finalizers'] = finalizers.filter((one) => one !== protection);
  });
}

function bind({ cluster, client }: ControllerContext, { stored, value }: Known): void {
  const volume = `pvc-${stored.uid}`;
  const storage = copyJson(readAt(value, 'spec', 'resources', 'requests', 'storage') ?? '1Gi');
  const accessModes = copyJson(readAt(value, 'spec', 'accessModes') ?? []);
  const storageClass = readText(value, 'spec', 'storageClassName');
  if (!cluster.store.get({ resource: '/persistentvolumes', namespace: '', name: volume })) {
    client.create('/persistentvolumes', '', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: {
        capacity: { storage },
        accessModes,
        persistentVolumeReclaimPolicy: 'Delete',
        hostPath: { path: `/sandbox/${volume}` },
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: stored.namespace,
          name: stored.name,
          uid: stored.uid,
        },
        ...(storageClass !== undefined && { storageClassName: storageClass }),
      },
    });
  }
  client.update(stored, '', (draft) => {
    ensureDraft(draft, 'spec')['volumeName'] = volume;
    const annotations = ensureDraft(ensureDraft(draft, 'metadata'), 'annotations');
    annotations['pv.kubernetes.io/bind-completed'] = 'yes';
    annotations['pv.kubernetes.io/bound-by-controller'] = 'yes';
  });
  const bound = cluster.store.get(stored);
  if (bound) client.updateStatus(bound, { phase: 'Bound', accessModes, capacity: { storage } });
  const made = cluster.store.get({ resource: '/persistentvolumes', namespace: '', name: volume });
  if (made) client.updateStatus(made, { phase: 'Bound' });
}
