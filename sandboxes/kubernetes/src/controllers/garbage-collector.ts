/**
 * Deletes what nobody owns any more, and sees to owners that wait for what they own: in the foreground
 * it goes first, orphaned it stays without its owner.
 */

import { copyJson, draftsIn, ensureDraft } from '../object/draft.ts';
import { readList, readObjects, readText } from '../object/read-fields.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { find, isBeingDeleted, type Known } from './owned-objects.ts';

export function createGarbageCollector(context: ControllerContext): Controller {
  const { store } = context.cluster;
  return {
    concerns: ({ object, type }) => {
      // What dies concerns what it owned; what changes concerns itself and those that wait for it.
      const owners = object.owners.flatMap((uid) => store.findByUid(uid) ?? []);
      const waiting = owners.filter((owner) => isBeingDeleted(store.valueOf(owner)));
      if (type === 'DELETED') return [...store.dependentsOf(object.uid), ...waiting];
      const isOwned = type === 'ADDED' && object.owners.length > 0;
      return isOwned || waitsForDependents(object) ? [object, ...waiting] : waiting;
    },
    reconcile: (identity) => {
      const known = find(context.cluster, identity);
      if (!known) return;
      if (isBeingDeleted(known.value)) serveOwner(context, known);
      else dropWithoutOwners(context, known);
    },
  };
}

/** Cheap to ask of every event: the text says it without being parsed. */
function waitsForDependents({ text }: StoredObject): boolean {
  return (
    text.includes('"deletionTimestamp"') &&
    (text.includes('"foregroundDeletion"') || text.includes('"orphan"'))
  );
}

function dropWithoutOwners({ cluster, client }: ControllerContext, { stored }: Known): void {
  const { store } = cluster;
  if (stored.owners.length === 0) return;
  const gone = stored.owners.filter((uid) => store.findByUid(uid) === undefined);
  if (gone.length === 0) return;
  if (gone.length === stored.owners.length) {
    client.delete(stored);
    return;
  }
  removeOwners(client, stored, gone);
}

function removeOwners(
  client: ControllerContext['client'],
  stored: StoredObject,
  uids: readonly string[],
): void {
  client.update(stored, '', (draft) => {
    const metadata = ensureDraft(draft, 'metadata');
    const kept = draftsIn(metadata, 'ownerReferences').filter(
      (one) => !uids.includes(readText(one, 'uid') ?? ''),
    );
    if (kept.length > 0) metadata['ownerReferences'] = [...kept];
    else delete metadata['ownerReferences'];
  });
}

function serveOwner(context: ControllerContext, { stored, value }: Known): void {
  const finalizers = readList(value, 'metadata', 'finalizers');
  if (finalizers.includes('orphan')) orphanDependents(context, stored);
  else if (finalizers.includes('foregroundDeletion')) deleteDependents(context, stored);
}

function orphanDependents({ cluster, client }: ControllerContext, owner: StoredObject): void {
  for (const dependent of cluster.store.dependentsOf(owner.uid)) {
    removeOwners(client, dependent, [owner.uid]);
  }
  removeFinalizer({ cluster, client }, owner, 'orphan');
}

function deleteDependents(context: ControllerContext, owner: StoredObject): void {
  const { cluster, client } = context;
  for (const dependent of cluster.store.dependentsOf(owner.uid)) {
    if (isBeingDeleted(cluster.store.valueOf(dependent))) continue;
    const hasOwn = cluster.store.dependentsOf(dependent.uid).length > 0;
    client.delete(dependent, { propagationPolicy: hasOwn ? 'Foreground' : 'Background' });
  }
  const blocking = cluster.store
    .dependentsOf(owner.uid)
    .filter((dependent) => blocks(cluster.store.valueOf(dependent), owner.uid));
  if (blocking.length === 0) removeFinalizer(context, owner, 'foregroundDeletion');
}

function blocks(
  dependent: ReturnType<ControllerContext['cluster']['store']['valueOf']>,
  uid: string,
): boolean {
  return readObjects(dependent, 'metadata', 'ownerReferences').some(
    (one) => one['uid'] === uid && one['blockOwnerDeletion'] === true,
  );
}

function removeFinalizer(
  { cluster, client }: Pick<ControllerContext, 'cluster' | 'client'>,
  owner: StoredObject,
  finalizer: string,
): void {
  const fresh = cluster.store.get(owner);
  if (!fresh) return;
  client.update(fresh, '', (draft) => {
    const metadata = ensureDraft(draft, 'metadata');
    const kept = readList(metadata, 'finalizers').filter((one) => one !== finalizer);
    if (kept.length > 0) metadata['finalizers'] = kept.map(copyJson);
    else delete metadata['finalizers'];
  });
}
