/** What admission asks of the namespace that something is created in. */

import type { Cluster } from '../cluster/cluster.ts';
import { forbidden, notFound } from '../http/api-error.ts';
import { readText } from '../object/read-fields.ts';
import type { WriteRequest } from './write-request.ts';

/** @throws ApiError 404 when it does not exist, 403 while it is being deleted. */
export function checkNamespace(
  { store }: Cluster,
  { type, namespace }: WriteRequest,
  name: string,
): void {
  if (!type.namespaced) return;
  const stored = store.get({ resource: '/namespaces', namespace: '', name: namespace });
  if (!stored) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (readText(store.valueOf(stored), 'status', 'phase') !== 'Terminating') return;
  throw forbidden(
    type,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}
