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
import { type PackingContext, type PreparedArtifact, prepareArtifact } from './prepare-artifact.ts';
import { readRegistryFile, type WrittenTag } from './read-registry-file.ts';

export interface PrepareContext extends PackingContext {
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
  { client, asking, ...packing }: PrepareContext,
): Promise<Prepared> {
  asking.signal.throwIfAborted();
  const folder = stack.path.replace(/\/+$/, '');
  const settings = parseTargetSettings(target.settings);
  const file = await readRegistryFile(packing.files, folder, settings);
  const pinned = await mapSideBySide(file.tags, (tag) => pin(tag, client, asking));
  const canSign = settings.signingKey !== undefined;
  const packed: PreparedArtifact[] = [];
  // Programs render: one after the other is as much as a machine should bear.
  for (const artifact of file.artifacts) {
    packed.push(await prepareArtifact(artifact, { ...packing, asking, canSign }));
  }
  const reads = [
    ...pinned.flatMap(({ read }) => read ?? []),
    ...packed.flatMap(({ inputsRead }) => inputsRead),
  ];
  return {
    resources: [...pinned, ...packed].flatMap(({ resource }) => resource ?? []),
    inputsRead: uniqueByName(reads),
    diagnostics: [
      ...file.diagnostics,
      ...pinned.flatMap(({ diagnostic }) => diagnostic ?? []),
      ...packed.flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}

interface Pinned {
  readonly resource?: DesiredResource;
  readonly read?: InputRead;
  readonly diagnostic?: Diagnostic;
}

async function pin(written: WrittenTag, client: OciClient, asking: Asking): Promise<Pinned> {
  const { from, platforms } = written;
  const name = formatArtifactReference(from);
  const missing = () => ({
    diagnostic: complain(written, 'OCI_SOURCE_MISSING', `there is no ${name}`),
  });
  try {
    const source = from.digest ?? (await client.head(from, asking))?.digest;
    if (source === undefined) return missing();
    const digest =
      platforms.length === 0
        ? source
        : await client.resolve({ from: { ...from, digest: source }, platforms }, asking);
    if (digest === undefined) return missing();
    const resource = toResource(written, source, digest);
    return from.digest === undefined
      ? { resource, read: { name: `oci:${name}`, digest: source } }
      : { resource };
  } catch (error) {
    asking.signal.throwIfAborted();
    // Passes by itself, or is none of the user's making.
    if (!(error instanceof StalledError)) throw error;
    return { diagnostic: complain(written, error.code, error.message) };
  }
}

function toResource(
  { to, from, platforms, referrers, origin }: WrittenTag,
  source: string,
  digest: string,
): DesiredResource {
  const body: JsonObject = {
    digest,
    from: `${from.host}/${from.repository}@${source}`,
    ...(platforms.length > 0 && { platforms }),
    ...(referrers && { referrers }),
  };
  return { id: tagId(to), body, position: { wave: 0, rank: 0 }, dependsOn: [], origin };
}

function complain({ fromOrigin: origin }: WrittenTag, code: string, what: string): Diagnostic {
  const summary = `${origin.file}:${origin.line}: ${what}`;
  return { severity: 'error', code, path: ['from'], origin, summary };
}

function uniqueByName(reads: readonly InputRead[]): readonly InputRead[] {
  return [...new Map(reads.map((read) => [read.name, read])).values()];
}
