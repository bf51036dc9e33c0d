/** Tells for each kind of a stack whether its objects lie in namespaces. */
import { type JsonObject, readList, readText } from '@trueup/diagnostics';
import type { ManifestDocument } from '@trueup/manifests';

import type { ApiKind, WantedKind } from '../kubernetes-client.ts';
import { formatKind, kindOf, splitApiVersion } from '../order/resource-kind.ts';

export interface Scope {
  readonly namespaced: boolean;
  readonly versions: readonly string[];
  /** The name of the definition in the same stack, where there is one. */
  readonly definedBy: string | undefined;
}

export type FindKind = (wanted: WantedKind) => Promise<ApiKind | undefined>;

/** By `Deployment.apps`. Kinds that neither the server nor the stack knows are left out. */
export async function findScopes(
  documents: readonly ManifestDocument[],
  findKind: FindKind,
): Promise<ReadonlyMap<string, Scope>> {
  const defined = new Map(documents.flatMap(({ body }) => definitionOf(body)));
  const scopes = new Map<string, Scope>();
  for (const { body } of documents) {
    const { group, kind } = kindOf(body);
    const name = formatKind({ group, kind });
    if (kind === '' || scopes.get(name)?.versions.includes(versionOf(body))) continue;
    const own = defined.get(name);
    // Asked for kinds that the stack defines as well: until then the server's word counts.
    const served = own ? undefined : await findKind({ group, kind, version: versionOf(body) });
    const versions = [...(own?.versions ?? []), ...(served?.versions ?? [])];
    const namespaced = own?.namespaced ?? served?.namespaced;
    if (namespaced !== undefined) {
      scopes.set(name, { namespaced, versions, definedBy: own?.definedBy });
    }
  }
  return scopes;
}

/** What a CustomResourceDefinition defines. */
export function definitionOf(body: JsonObject): readonly (readonly [string, Scope])[] {
  if (formatKind(kindOf(body)) !== 'CustomResourceDefinition.apiextensions.k8s.io') return [];
  const group = readText(body, 'spec', 'group') ?? '';
  const kind = readText(body, 'spec', 'names', 'kind') ?? '';
  const versions = readList(body, 'spec', 'versions').flatMap((one) => readText(one, 'name') ?? []);
  const scope: Scope = {
    namespaced: readText(body, 'spec', 'scope') !== 'Cluster',
    versions,
    definedBy: readText(body, 'metadata', 'name'),
  };
  return [[formatKind({ group, kind }), scope]];
}

function versionOf(body: JsonObject): string {
  return splitApiVersion(readText(body, 'apiVersion') ?? '').version;
}
