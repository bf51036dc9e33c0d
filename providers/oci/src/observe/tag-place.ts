/** Tags as resources: `Tag`, the registry, `repository:tag`. */
import { formatResourceId, parseResourceId, type ResourceId } from '@trueup/provider-sdk';
import { parseArtifactReference } from '@trueup/registries';

import type { TagReference } from '../oci-client.ts';
import type { TargetSettings } from '../schema.ts';

export const tagKind = 'Tag';

export function tagId({ host, repository, tag }: TagReference): ResourceId {
  return formatResourceId({ kind: tagKind, scope: host, name: `${repository}:${tag}` });
}

/** `undefined` for what lies outside of the target: it was another one when the id was made. */
export function parseTagId(
  id: ResourceId,
  { host, prefix }: Pick<TargetSettings, 'host' | 'prefix'>,
): TagReference | undefined {
  const { kind, scope, name } = parseResourceId(id);
  const found = parseArtifactReference(`${scope}/${name}`);
  if (kind !== tagKind || scope !== host || found?.tag === undefined) return undefined;
  const { repository, tag } = found;
  if (prefix !== '' && !repository.startsWith(`${prefix}/`)) return undefined;
  return { host, repository, tag };
}

/** What was observed, as a version: the digest, and whether the target's key has signed it. */
export function formatVersion(digest: string, signed: boolean | undefined): string {
  return signed === undefined ? digest : `${digest} ${signed ? 'signed' : 'unsigned'}`;
}

export function digestIn(version: string): string {
  return version.split(' ')[0] ?? '';
}
