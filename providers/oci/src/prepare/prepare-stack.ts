import { type Diagnostic, type JsonObject, StalledError } from '@trueup/diagnostics';
import type {
  DesiredResource,
  Files,
  InputRead,
  Prepared,
  PrepareRequest,
} from '@trueup/provider-sdk';
import { formatArtifactReference } from '@trueup/registries';
import { mapSideBySide } from '../observe/observe-tags.ts';
import { tagId } from '../observe/tag-place.ts';
import type { Asking, OciClient } from '../oci-client.ts';
import { parseTargetSettings } from '../schema.ts';
import { readRegistryFile, type WrittenTag } from './read-registry-file.ts';

export interface PrepareContext {
  readonly client: OciClient;
  readonly files: Files;
  readonly asking: Asking;
}

/**
 * Pins each tag that images come from to the digest that it stands for now (P2): a tag that moves
 * between plan and apply is another plan.
 */
export async function prepareStack(
  { stack, target }: PrepareRequest,
  { client, files, asking }: PrepareContext,
): Promise<Prepared> {
  asking.signal.throwIfAborted();
  const folder = stack.path.replace(/\/+$/, '');
  const file = await readRegistryFile(files, folder, parseTargetSettings(target.settings));
  const pinned = await mapSideBySide(file.tags, (tag) => pin(tag, client, asking));
  return {
    resources: pinned.flatMap(({ resource }) => resource ?? []),
    inputsRead: uniqueByName(pinned.flatMap(({ read }) => read ?? [])),
    diagnostics: [...file.diagnostics, ...pinned.flatMap(({ diagnostic }) => diagnostic ?? [])],
  };
}

interface Pinned {
  readonly resource?: DesiredResource;
  readonly read?: InputRead;
  readonly diagnostic?: Diagnostic;
}

async function pin(written: WrittenTag, client: OciClient, asking: Asking): Promise<Pinned> {
  const { from } = written;
  if (from.digest !== undefined) return { resource: toResource(written, from.digest) };
  const name = formatArtifactReference(from);
  try {
    const pointer = await client.head(from, asking);
    if (!pointer)
      return { diagnostic: complain(written, 'OCI_SOURCE_MISSING', `there is no ${name}`) };
    const { digest } = pointer;
    return { resource: toResource(written, digest), read: { name: `oci:${name}`, digest } };
  } catch (error) {
    asking.signal.throwIfAborted();
    // Passes by itself, or is none of the user's making.
    if (!(error instanceof StalledError)) throw error;
    return { diagnostic: complain(written, error.code, error.message) };
  }
}

function toResource({ to, from, origin }: WrittenTag, digest: string): DesiredResource {
  const body: JsonObject = { digest, from: `${from.host}/${from.repository}@${digest}` };
  return { id: tagId(to), body, position: { wave: 0, rank: 0 }, dependsOn: [], origin };
}

function complain({ fromOrigin: origin }: WrittenTag, code: string, what: string): Diagnostic {
  const summary = `${origin.file}:${origin.line}: ${what}`;
  return { severity: 'error', code, path: ['from'], origin, summary };
}

function uniqueByName(reads: readonly InputRead[]): readonly InputRead[] {
  return [...new Map(reads.map((read) => [read.name, read])).values()];
}
