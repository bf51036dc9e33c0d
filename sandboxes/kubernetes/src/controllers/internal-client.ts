/** How controllers write: by the same steps as everybody, under a manager's name of their own. */

import type { Json, JsonObject } from '@trueup/diagnostics';

import type { Cluster } from '../cluster/cluster.ts';
import { type Draft, toDraft } from '../object/draft.ts';
import { readAt, readObject, readTexts } from '../object/read-fields.ts';
import { isSameJson } from '../object/same-json.ts';
import { deleteObject } from '../requests/delete-object.ts';
import { recordWrite } from '../requests/managed-fields.ts';
import { createObject, updateObject } from '../requests/write-object.ts';
import type { WriteRequest } from '../requests/write-request.ts';
import { typeKey } from '../resources/resource-registry.ts';
import { groupVersion, type ResourceType } from '../resources/resource-type.ts';
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
    return createObject(
      this.#cluster,
      this.#request(type, { namespace, name: '', subresource: '' }),
      object,
    ).value;
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

  /**
   * Replaces the status, and annotations where they are given, which the server lets pass with it. It
   * is what controllers write most, so only these take part in telling who owns what. A pod may be
   * bound to a node in the same step, as the scheduler does by a request that leaves no trace.
   */
  updateStatus(
    stored: StoredObject,
    status: Draft,
    {
      annotations = {},
      nodeName,
    }: {
      readonly annotations?: Readonly<Record<string, string>>;
      readonly nodeName?: string;
    } = {},
  ): void {
    const { store } = this.#cluster;
    const value = store.valueOf(stored);
    const metadata = readObject(value, 'metadata');
    const before = readTexts(metadata, 'annotations');
    const after = { ...before, ...annotations };
    if (isSameJson(value['status'], status) && isSameJson(before, after)) return;
    const annotated = Object.keys(after).length === 0 ? {} : { annotations: after };
    const owners = this.#ownersAfter(stored, {
      before: {
        status: value['status'] ?? {},
        ...(Object.keys(before).length > 0 && { annotations: before }),
      },
      after: { status, ...annotated },
    });
    store.put(stored.resource, {
      ...value,
      ...(nodeName !== undefined && { spec: { ...readObject(value, 'spec'), nodeName } }),
      metadata: { ...metadata, ...annotated, managedFields: owners },
      status,
    });
  }

  #ownersAfter(
    stored: StoredObject,
    { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
  ): Json {
    const type = this.#typeOf(stored.resource);
    const { version } = this.#request(type, { ...stored, subresource: 'status' });
    const managedFields = readAt(this.#cluster.store.valueOf(stored), 'metadata', 'managedFields');
    const complete = ({ status = {}, annotations }: JsonObject): JsonObject => ({
      apiVersion: groupVersion(type.group, version.version),
      kind: type.kind,
      metadata: {
        ...(managedFields !== undefined && { managedFields }),
        ...(annotations !== undefined && { annotations }),
      },
      status,
    });
    const recorded = recordWrite(
      this.#cluster,
      { type, version },
      {
        writer: { manager: this.#manager, subresource: 'status' },
        before: complete(before),
        after: complete(after),
      },
    );
    return readAt(recorded, 'metadata', 'managedFields') ?? [];
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
