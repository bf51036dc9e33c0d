/** How controllers write: by the same steps as everybody, under a manager's name of their own. */

import type { JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { type Draft, toDraft } from '../object/draft.ts';
import { deleteObject } from '../requests/delete-object.ts';
import { createObject, updateObject } from '../requests/write-object.ts';
import type { WriteRequest } from '../requests/write-request.ts';
import { typeKey } from '../resources/resource-registry.ts';
import type { ResourceType } from '../resources/resource-type.ts';
import type { StoredObject } from '../storage/stored-object.ts';

export interface DeletePolicy {
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

export class InternalClient {
  readonly #cluster: Cluster;
  readonly #manager: string;

  constructor(cluster: Cluster, manager: string) {
    this.#cluster = cluster;
    this.#manager = manager;
  }

  /** @throws ApiError as a request would be refused, above all when it exists. */
  create(key: string, namespace: string, object: JsonObject): JsonObject {
    const type = this.#typeOf(key);
    return createObject(this.#cluster, this.#request(type, { namespace, name: '', subresource: '' }), object).value;
  }

  /** Changes the present state in place. What changes nothing is not written. */
  update(stored: StoredObject, subresource: '' | 'status', change: (draft: Draft) => void): void {
    const { resource, namespace, name } = stored;
    const request = this.#request(this.#typeOf(resource), { namespace, name, subresource });
    const transform = (observed: JsonObject): JsonObject => {
      const draft = toDraft(observed);
      change(draft);
      return draft;
    };
    updateObject(this.#cluster, request, stored, { transform });
  }

  delete(stored: StoredObject, policy: DeletePolicy = {}): void {
    deleteObject(this.#cluster, this.#typeOf(stored.resource), stored, {
      dryRun: false,
      gracePeriodSeconds: policy.gracePeriodSeconds,
      propagationPolicy: policy.propagationPolicy ?? 'Background',
      preconditions: {},
    });
  }

  #request(
    type: ResourceType,
    about: Pick<WriteRequest, 'namespace' | 'name' | 'subresource'>,
  ): WriteRequest {
    const [version] = type.versions;
    if (!version) throw new Error(`${typeKey(type)} is served in no version`);
    return {
      ...about,
      type,
      version,
      options: { dryRun: false, manager: this.#manager, fieldValidation: 'Ignore' },
      warn: () => undefined,
    };
  }

  #typeOf(key: string): ResourceType {
    const type = this.#cluster.registry.findByKey(key);
    if (!type) throw new Error(`${key} is not served`);
    return type;
  }
}
