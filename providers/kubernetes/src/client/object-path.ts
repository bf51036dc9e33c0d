import type { ApiKind, ObjectPlace } from '../kubernetes-client.ts';

/** `/api/v1/namespaces/shop/configmaps`; without a namespace: of all of them. */
export function collectionPath(
  kind: ApiKind,
  version: string | undefined,
  namespace: string | undefined,
): string {
  const chosen = encodeURIComponent(version ?? kind.versions[0] ?? 'v1');
  const root = kind.group === '' ? `/api/${chosen}` : `/apis/${encode(kind.group)}/${chosen}`;
  const scope = kind.namespaced && namespace ? `/namespaces/${encode(namespace)}` : '';
  return `${root}${scope}/${encode(kind.plural)}`;
}

export function objectPath({ kind, version, namespace, name }: ObjectPlace): string {
  return `${collectionPath(kind, version, namespace)}/${encode(name)}`;
}

export function apiVersionOf(kind: ApiKind, version?: string): string {
  const chosen = version ?? kind.versions[0] ?? 'v1';
  return kind.group === '' ? chosen : `${kind.group}/${chosen}`;
}

/** A name like `..` would lead to another object. */
function encode(part: string): string {
  return part === '.' || part === '..' ? part.replaceAll('.', '%2E') : encodeURIComponent(part);
}
