/** The real program, where the machine has it, over repositories in memory. */
import { execFile, execFileSync } from 'node:child_process';
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
const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';

/** A program that tests run by, where the machine has it. */
export interface RealHelm {
  /** `v3` or `v4`. */
  readonly line: string;
  readonly program: string;
}

/** The folder of real programs holds Helm 3 as `helm`, and Helm 4 as `helm4` or in its place. */
const presentHelms: readonly RealHelm[] = ['helm', 'helm4'].flatMap((name) => {
  const program = join(assets === '' ? '/nowhere' : assets, name);
  const line = lineOf(program);
  return line === undefined ? [] : [{ line, program }];
});

export const hasHelm: boolean = presentHelms.length > 0;

const missing: RealHelm = { line: 'v3', program: '/nowhere/helm' };

/** One that is not there stands for none, so that tests are left out by name. */
export const helms: readonly RealHelm[] = hasHelm ? presentHelms : [missing];

/** One of them, for what is alike with all. */
const anyHelm = (presentHelms[0] ?? missing).program;

const signal = new AbortController().signal;
const run = promisify(execFile);

/** A template of one object. */
export const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-${name}\n  namespace: {{ .Release.Namespace }}\n`;

export type Render = (
  contents: Readonly<Record<string, string | Uint8Array>>,
  request?: Partial<RenderRequest>,
  options?: Partial<HelmRendererOptions>,
) => Promise<Rendered>;

export function renderBy(program: string): Render {
  return (contents, request = {}, options = {}) => {
    const renderer = createHelmRenderer({ searchPath: '', program, ...options });
    return renderer.render(fakeFiles(contents), requestFor(request), signal);
  };
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
  await run(anyHelm, ['package', join(place.path, 'libs/redis'), '-d', place.path], { env });
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

function lineOf(program: string): string | undefined {
  try {
    const version = execFileSync(program, ['version', '--template={{.Version}}'], { env: {} });
    return /^v\d+/.exec(version.toString())?.[0];
  } catch {
    return undefined;
  }
}
