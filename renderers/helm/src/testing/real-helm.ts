/** The real program, where the machine has it, over repositories in memory. */
import { execFile } from 'node:child_process';
import { accessSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { isJsonObject, type JsonObject } from '@trueup/diagnostics';
import { parseYaml, type Rendered, type RenderRequest } from '@trueup/manifests';

import type { HelmRendererOptions } from '../build/render-folder.ts';
import { createHelmRenderer } from '../helm-renderer.ts';
import { fakeFiles } from './fake-files.ts';

// biome-ignore lint/style/noProcessEnv: the folder of real programs is named by envtest's variable
export const assets: string = process.env['KUBEBUILDER_ASSETS'] ?? '';
export const helm: string = join(assets === '' ? '/nowhere' : assets, 'helm');
const signal = new AbortController().signal;
const run = promisify(execFile);

/** A template of one object. */
export const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-${name}\n  namespace: {{ .Release.Namespace }}\n`;
export function render(
  contents: Readonly<Record<string, string>>,
  request: Partial<RenderRequest>,
  options: Partial<HelmRendererOptions> = {},
): Promise<Rendered> {
  const renderer = createHelmRenderer({ searchPath: assets, ...options });
  return renderer.render(fakeFiles(contents), requestFor(request), signal);
}

export function requestFor(other: Partial<RenderRequest>): RenderRequest {
  const capabilities = { kubernetesVersion: 'v1.35.4', apiVersions: ['v1', 'apps/v1'] };
  const request = { folder: 'apps/shop', settings: undefined, releaseName: 'shop', capabilities };
  return { ...request, namespace: undefined, ...other };
}

export async function packed(contents: Readonly<Record<string, string>>): Promise<Uint8Array> {
  await using place = await temporaryFolder();
  await layOut(place.path, contents);
  const env = { HOME: place.path };
  await run(helm, ['package', join(place.path, 'libs/redis'), '-d', place.path], { env });
  return await readFile(join(place.path, 'redis-1.2.3.tgz'));
}

export async function layOut(
  place: string,
  contents: Readonly<Record<string, string>>,
): Promise<void> {
  await using laidOut = await fakeFiles(contents).layOut('');
  await run('cp', ['-r', `${laidOut.path}/.`, place]);
}

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'trueup-helm-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function readYaml(file: string): Promise<JsonObject> {
  const { value } = parseYaml(await readFile(file, 'utf8'), { file });
  return isJsonObject(value) ? value : {};
}

export function nameOf(body: JsonObject): unknown {
  return (body['metadata'] as JsonObject)['name'];
}

export function hasHelm(): boolean {
  try {
    accessSync(helm);
    return true;
  } catch {
    return false;
  }
}
