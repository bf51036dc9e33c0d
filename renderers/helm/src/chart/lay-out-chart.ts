/** Puts a chart and all that it depends on into a folder, ready for Helm. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Diagnostic, StalledError } from '@trueup/diagnostics';
import type { InputRead, SourceFiles } from '@trueup/manifests';

import type { HelmSettings } from '../schema.ts';
import type { ChartArchives } from './chart-archives.ts';
import { findVendored } from './find-vendored.ts';
import { isSameVersion, type Missing, planDependencies, refuse } from './plan-dependencies.ts';
import { type Chart, readChart } from './read-chart.ts';

export interface LayOutOptions {
  readonly files: SourceFiles;
  readonly settings: Pick<HelmSettings, 'allowHosts' | 'credentials'>;
  /** Absent where this machine fetches nothing. */
  readonly archives: ChartArchives | undefined;
}

export interface LaidOutChart {
  /** `undefined` when the folder holds no chart. */
  readonly chart: Chart | undefined;
  /** With an error among them the folder is not complete. */
  readonly diagnostics: readonly Diagnostic[];
  /** The archives that were fetched. */
  readonly inputsRead: readonly InputRead[];
}

/** Charts whose dependencies lie in the repository may have such themselves, but not for ever. */
const maxDepth = 10;

/** `destination` is absolute, and does not exist yet. */
export async function layOutChart(
  folder: string,
  destination: string,
  options: LayOutOptions,
  signal: AbortSignal,
): Promise<LaidOutChart> {
  return await layOut({ folder, destination, depth: 0 }, options, signal);
}

interface Spot {
  readonly folder: string;
  readonly destination: string;
  readonly depth: number;
}

async function layOut(
  spot: Spot,
  options: LayOutOptions,
  signal: AbortSignal,
): Promise<LaidOutChart> {
  signal.throwIfAborted();
  const { files } = options;
  const chart = await readChart(files, spot.folder);
  if (!chart) return { chart, diagnostics: [], inputsRead: [] };
  await copyFolder(files, spot);
  const plan = planDependencies(chart, await findVendored(files, spot.folder));
  const results: LaidOutChart[] = [];
  for (const missing of plan.missing) {
    results.push(await supply(missing, spot, options, signal));
  }
  return {
    chart,
    diagnostics: [
      ...chart.diagnostics,
      ...plan.diagnostics,
      ...results.flatMap(({ diagnostics }) => diagnostics),
    ],
    inputsRead: results.flatMap(({ inputsRead }) => inputsRead),
  };
}

async function copyFolder(files: SourceFiles, { folder, destination }: Spot): Promise<void> {
  await using laidOut = await files.layOut(folder);
  await cp(laidOut.path, destination, { recursive: true, verbatimSymlinks: true });
}

type Supply = (spot: Spot, options: LayOutOptions, signal: AbortSignal) => Promise<LaidOutChart>;

function supply(missing: Missing, ...call: Parameters<Supply>): Promise<LaidOutChart> {
  return missing.kind === 'folder'
    ? supplyFolder(missing, ...call)
    : supplyArchive(missing, ...call);
}

async function supplyFolder(
  { dependency, folder, version }: Missing & { kind: 'folder' },
  { destination, depth }: Spot,
  options: LayOutOptions,
  signal: AbortSignal,
): Promise<LaidOutChart> {
  const failed = (what: string) => ({ ...nothing, diagnostics: [refuse(dependency, what)] });
  if (depth >= maxDepth) return failed('depends on itself, or on too long a chain of charts');
  if (!isFileName(dependency.name)) return failed('has a name that is none of a chart');
  const charts = join(destination, 'charts');
  await mkdir(charts, { recursive: true });
  const spot = { folder, destination: join(charts, dependency.name), depth: depth + 1 };
  const result = await layOut(spot, options, signal);
  if (!result.chart) return failed('is no chart: there is no `Chart.yaml`');
  // Helm leaves out a chart whose version is another, without a word.
  if (version !== undefined && !isSameVersion(result.chart.version, version)) {
    return failed(`has version ${result.chart.version} there, but should be ${version}`);
  }
  return result;
}

async function supplyArchive(
  missing: Missing & { kind: 'archive' },
  { destination }: Spot,
  { settings, archives }: LayOutOptions,
  signal: AbortSignal,
): Promise<LaidOutChart> {
  const { dependency, repository, version } = missing;
  const { name } = dependency;
  const failed = (diagnostic: Diagnostic) => ({ ...nothing, diagnostics: [diagnostic] });
  const address = `${repository.protocol}//${repository.host}${repository.pathname}`;
  if (!archives)
    return failed(refuse(dependency, 'is not in `charts/`, and nothing is fetched here'));
  if (!(isFileName(name) && isFileName(version))) {
    return failed(refuse(dependency, 'has a name or version that is none of a chart'));
  }
  try {
    const { allowHosts, credentials } = settings;
    const wanted = { repository, name, version, allowHosts, credentials };
    const { archive, digest } = await archives.fetch(wanted, signal);
    const charts = join(destination, 'charts');
    await mkdir(charts, { recursive: true });
    await writeFile(join(charts, `${name}-${version}.tgz`), archive);
    const input = { name: `chart:${address}/${name}@${version}`, digest };
    return { ...nothing, inputsRead: [input] };
  } catch (error) {
    if (!(error instanceof StalledError)) throw error;
    return failed(toDiagnostic(missing, error));
  }
}

const nothing: LaidOutChart = { chart: undefined, diagnostics: [], inputsRead: [] };

function toDiagnostic(
  { dependency, repository }: Missing & { kind: 'archive' },
  { code, message, subject }: StalledError,
): Diagnostic {
  return refuse(dependency, `cannot be had: ${message}`, adviceFor(code, subject, repository));
}

function adviceFor(code: string, subject: string | undefined, { host }: URL): string | undefined {
  if (code === 'OUTBOUND_URL_REFUSED' && subject !== undefined) {
    return `Allow the host: \`helm: { allowHosts: [${subject}] }\`, or commit the chart to \`charts/\`.`;
  }
  const setting = `helm: { credentials: { ${host}: { secret: NAME } } }`;
  return isAboutAccess(code)
    ? `Name a secret that may be used for the host: \`${setting}\`.`
    : undefined;
}

function isAboutAccess(code: string): boolean {
  return (
    code === 'REGISTRY_DENIED' || code === 'RENDER_HELM_CREDENTIALS' || code.startsWith('SECRET_')
  );
}

/** Becomes a part of a path. */
function isFileName(text: string): boolean {
  return /^[\w][\w.+-]{0,200}$/.test(text);
}
