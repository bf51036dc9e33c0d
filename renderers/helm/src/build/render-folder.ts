/** Everything between a folder and its documents. Loaded when the first chart is rendered. */
import { join } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';
import type { ReadLimits, Rendered, Renderer, RenderRequest, SourceFiles } from '@trueup/manifests';
import type { Outbound, ReadCredentials } from '@trueup/outbound';
import { type IsolationLevel, openPrivateFolder, type ProgramLimits } from '@trueup/programs';
import { type ChartArchives, createChartArchives } from '../chart/chart-archives.ts';
import { createChartCache } from '../chart/chart-cache.ts';
import { joinPath } from '../chart/chart-path.ts';
import { layOutChart } from '../chart/lay-out-chart.ts';
import { readValues } from '../chart/read-values.ts';
import { describeInputs } from '../output/describe-inputs.ts';
import { isReleaseName, parseSettings } from '../schema.ts';
import { createFindHelm, type HelmProgram } from './find-helm.ts';
import type { SecondRendering } from './is-second-due.ts';
import { createRenderChart, type RenderChart } from './render-chart.ts';

export interface HelmRendererOptions {
  /** Where the program is looked for, written like PATH. */
  readonly searchPath: string;
  /** An absolute path that is taken instead. */
  readonly program?: string;
  /** `preferred` when absent. */
  readonly isolation?: IsolationLevel;
  /** Of each rendering. Those that are left out have their defaults. */
  readonly limits?: Partial<ProgramLimits>;
  /** Of what it prints. */
  readonly readLimits?: Partial<ReadLimits>;
  /**
   * What dependencies are fetched by, or how to open it when first needed. Absent: nothing is fetched.
   */
  readonly outbound?: Outbound | (() => Promise<Outbound>);
  /** A folder for fetched charts, which several processes may share. Absent: nothing is kept. */
  readonly cacheFolder?: string;
  /** Reads the secrets that stacks name for hosts. Absent: no dependency needs one. */
  readonly readCredentials?: ReadCredentials;
  /** Registries that are spoken to without encryption. None when absent. */
  readonly allowHttp?: (host: string) => boolean;
  /**
   * When a chart is rendered twice, to find what it makes up anew each time. `when-new` when absent:
   * not for what has been rendered before with the same values, and not for a chart that names no
   * function which could give another result.
   */
  readonly secondRendering?: SecondRendering;
}

/** The largest known charts take 2 s and 300 MB, and print 10 MB. */
const defaultLimits: ProgramLimits = {
  timeoutMs: 60_000,
  stdoutBytes: 64 * 1024 * 1024,
  stderrBytes: 64 * 1024,
  memoryBytes: 2 * 1024 * 1024 * 1024,
};

/** With its way to the outside already open. */
export interface OpenOptions extends Omit<HelmRendererOptions, 'outbound'> {
  readonly outbound: Outbound | undefined;
}

export function createRenderFolder(options: OpenOptions): Renderer['render'] {
  const archives = createArchives(options);
  const usual = createTools(options, options.isolation ?? 'preferred');
  const strict = createTools(options, 'required');

  return async (files, request, signal) => {
    const { findHelm, renderChart } = request.isolation === 'required' ? strict : usual;
    const program = await findHelm(signal);
    if (!program) return { ...nothing, diagnostics: [noProgram(request)] };
    return await render({ files, request, program, archives, renderChart }, signal);
  };
}

interface Tools {
  readonly findHelm: ReturnType<typeof createFindHelm>;
  readonly renderChart: RenderChart;
}

function createTools(options: OpenOptions, isolation: IsolationLevel): Tools {
  return {
    findHelm: createFindHelm({ ...options, program: options.program, isolation }),
    renderChart: createRenderChart({
      isolation,
      limits: { ...defaultLimits, ...options.limits },
      readLimits: options.readLimits ?? {},
      secondRendering: options.secondRendering ?? 'when-new',
    }),
  };
}

function createArchives(options: OpenOptions): ChartArchives | undefined {
  const { outbound, cacheFolder } = options;
  if (!outbound) return undefined;
  const cache = cacheFolder === undefined ? undefined : createChartCache(cacheFolder);
  return createChartArchives({ ...options, outbound, cache });
}

interface Rendering {
  readonly files: SourceFiles;
  readonly request: RenderRequest;
  readonly program: HelmProgram;
  readonly archives: ChartArchives | undefined;
  readonly renderChart: RenderChart;
}

async function render(rendering: Rendering, signal: AbortSignal): Promise<Rendered> {
  const { files, request, program, archives } = rendering;
  const settings = parseSettings(request.settings);
  await using place = await openPrivateFolder();
  const chartPath = join(place.path, 'chart');
  const laidOut = await layOutChart(
    request.folder,
    chartPath,
    { files, settings, archives },
    signal,
  );
  const values = await readValues(files, request.folder, settings);
  const releaseName = settings.releaseName ?? request.releaseName;

  const { chart } = laidOut;
  const diagnostics = [
    ...laidOut.diagnostics,
    ...values.diagnostics,
    ...(chart ? [] : [noChart(request)]),
    ...(isReleaseName(releaseName) ? [] : [noReleaseName(request, releaseName)]),
  ];
  const described = {
    inputsRead: [...describeInputs(program, request), ...laidOut.inputsRead],
    tool: { name: 'helm', version: program.version },
  };
  if (!chart || diagnostics.some(({ severity }) => severity === 'error')) {
    return { documents: [], diagnostics, ...described };
  }
  const paths = await files.list(request.folder);
  const task = {
    program,
    request,
    settings,
    releaseName,
    values,
    chart,
    paths,
    privateFolder: place.path,
  };
  const rendered = await rendering.renderChart(task, signal);
  const all = [...diagnostics, ...rendered.diagnostics];
  return { documents: rendered.documents, diagnostics: all, ...described };
}

const nothing = { documents: [], inputsRead: [] };

function noProgram({ folder }: RenderRequest): Diagnostic {
  const file = joinPath(folder, 'Chart.yaml');
  return {
    severity: 'error',
    code: 'RENDER_HELM_MISSING',
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: not rendered: this machine has no working \`helm\` of version 3 or 4`,
    advice:
      'Install Helm 3 or 4 itself, no shim of a version manager, into a folder of the PATH that Trueup has: https://helm.sh/docs/intro/install/.',
  };
}

function noChart({ folder }: RenderRequest): Diagnostic {
  const file = joinPath(folder, 'Chart.yaml');
  return {
    severity: 'error',
    code: 'RENDER_HELM_CHART',
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: there is no such file`,
  };
}

function noReleaseName({ folder }: RenderRequest, name: string): Diagnostic {
  return {
    severity: 'error',
    code: 'RENDER_HELM_RELEASE_NAME',
    path: ['releaseName'],
    origin: { file: joinPath(folder, 'Chart.yaml'), line: 1 },
    summary: `helm: \`${name.slice(0, 100)}\` cannot be the name of a release`,
    advice: 'Set `helm: { releaseName: … }` to 53 small letters, digits and dashes at most.',
  };
}
