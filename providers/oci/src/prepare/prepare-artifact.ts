/**
 * Packs what a folder renders to, or its files as they are. The digest depends on the content alone: no commit
 * and no time stands in it, so that what was approved is what a later commit with the same content pushes.
 */
import { hash } from 'node:crypto';

import type { Diagnostic, JsonObject } from '@trueup/diagnostics';
import { formatYaml, type Rendered, type Renderer } from '@trueup/manifests';
import type { DesiredResource, Files, InputRead } from '@trueup/provider-sdk';
import { type ArchiveFile, packArtifact } from '@trueup/registries';

import { tagId } from '../observe/tag-place.ts';
import type { Asking } from '../oci-client.ts';
import { writePacked } from '../plan/packed-body.ts';
import type { WrittenArtifact, WrittenRendering } from './read-artifact.ts';

export interface PackingContext {
  /** The first one that recognises a folder's files renders it. */
  readonly renderers: readonly Renderer[];
  /** As the call of the provider has it: programs that render are isolated, or not run. */
  readonly isolation?: 'required';
}

export interface Packing extends PackingContext {
  readonly files: Files;
  readonly asking: Asking;
  /** The target has a key. */
  readonly canSign: boolean;
}

export interface PreparedArtifact {
  readonly resource?: DesiredResource;
  readonly inputsRead: readonly InputRead[];
  readonly diagnostics: readonly Diagnostic[];
}

/** More would be held in memory for each look. */
const mostBytes = 16 * 1024 * 1024;
const mostFiles = 2000;

export async function prepareArtifact(
  written: WrittenArtifact,
  packing: Packing,
): Promise<PreparedArtifact> {
  const { rendering, sign, to, origin } = written;
  if (sign && !packing.canSign) {
    const what = 'it is to be signed, and the target has no `signingKey`';
    return { inputsRead: [], diagnostics: [complain(written, what)] };
  }
  const content = rendering
    ? await render(written, rendering, packing)
    : await collect(written, packing);
  const { files, inputsRead, diagnostics } = content;
  if (!files || diagnostics.some(({ severity }) => severity === 'error')) {
    return { inputsRead, diagnostics };
  }
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > mostBytes) {
    const what = `it holds more than ${mostBytes / 1024 / 1024} MiB`;
    return { inputsRead, diagnostics: [...diagnostics, complain(written, what)] };
  }
  const artifact = packArtifact(files, annotationsOf(written, files));
  const body: JsonObject = {
    digest: artifact.manifest.digest,
    packed: writePacked(artifact),
    ...(sign && { signed: true }),
  };
  const resource = { id: tagId(to), body, position: { wave: 0, rank: 0 }, dependsOn: [], origin };
  return { resource, inputsRead, diagnostics };
}

interface Content {
  /** `undefined` where there is a reason among the diagnostics. */
  readonly files?: readonly ArchiveFile[];
  readonly inputsRead: readonly InputRead[];
  readonly diagnostics: readonly Diagnostic[];
}

async function render(
  written: WrittenArtifact,
  rendering: WrittenRendering,
  { files, renderers, asking, isolation }: Packing,
): Promise<Content> {
  const { folder } = written;
  const paths = await files.list(folder);
  const renderer = renderers.find((one) => one.recognises(paths, folder));
  if (!renderer) {
    const what = `${folder}: the folder holds nothing that describes resources`;
    return { inputsRead: [], diagnostics: [complain(written, what)] };
  }
  const settings = rendering.settings[renderer.name];
  const remarks = renderer.checkSettings(settings);
  if (remarks.length > 0) return { inputsRead: [], diagnostics: remarks };
  const request = {
    folder,
    settings,
    releaseName: rendering.releaseName ?? folder.split('/').at(-1) ?? 'release',
    namespace: rendering.namespace,
    // Whoever reads it is unknown.
    capabilities: { kubernetesVersion: '', apiVersions: [] },
    ...(isolation && { isolation }),
  };
  const rendered = await renderer.render(files, request, asking.signal);
  const { inputsRead, diagnostics, documents } = rendered;
  if (documents.length === 0) {
    const what = `${folder}: renders to nothing`;
    return { inputsRead, diagnostics: [...diagnostics, complain(written, what)] };
  }
  return { files: [toFile(documents)], inputsRead, diagnostics };
}

function toFile(documents: Rendered['documents']): ArchiveFile {
  const text = documents.map(({ body }) => `---\n${formatYaml(body)}`).join('');
  return { path: 'manifests.yaml', bytes: Buffer.from(text) };
}

async function collect(written: WrittenArtifact, { files }: Packing): Promise<Content> {
  const { folder } = written;
  const paths = await files.list(folder);
  if (paths.length === 0 || paths.length > mostFiles) {
    const what = `${folder}: the folder has no files, or more than ${mostFiles}`;
    return { inputsRead: [], diagnostics: [complain(written, what)] };
  }
  const prefix = folder === '' ? '' : `${folder}/`;
  const found: ArchiveFile[] = [];
  for (const path of paths) {
    const bytes = await files.read(path);
    if (bytes) found.push({ path: path.slice(prefix.length), bytes });
  }
  return { files: found, inputsRead: [], diagnostics: [] };
}

/** What Flux shows as the revision of an artifact. */
function annotationsOf(
  { folder }: WrittenArtifact,
  files: readonly ArchiveFile[],
): Readonly<Record<string, string>> {
  const sums = files.map(({ path, bytes }) => `${hash('sha256', bytes)} ${path}\n`).join('');
  return {
    'org.opencontainers.image.revision': `content@sha256:${hash('sha256', sums)}`,
    'org.opencontainers.image.title': folder === '' ? 'manifests' : folder,
  };
}

function complain({ origin }: WrittenArtifact, what: string): Diagnostic {
  const summary = `${origin.file}:${origin.line}: ${what}`;
  return { severity: 'error', code: 'OCI_ARTIFACT', path: [], origin, summary };
}
