/** From a chart that is laid out to documents with their origins; twice where chance is to be found. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';
import type { ManifestDocument, ReadLimits, RenderRequest } from '@trueup/manifests';
import type { IsolationLevel, ProgramLimits } from '@trueup/programs';

import { joinPath } from '../chart/chart-path.ts';
import type { Chart } from '../chart/read-chart.ts';
import { type ChartFiles, readChartFiles } from '../chart/read-chart-files.ts';
import type { Values } from '../chart/read-values.ts';
import { findRandomFields } from '../output/find-random-fields.ts';
import { createTemplateLocator } from '../output/locate-template.ts';
import { type Output, type ReadOutput, readOutput } from '../output/read-output.ts';
import { reportLookups } from '../output/report-lookups.ts';
import type { Assignment, HelmSettings } from '../schema.ts';
import { translateFailure } from '../translate-errors.ts';
import { composeArguments } from './compose-arguments.ts';
import type { HelmProgram } from './find-helm.ts';
import { isSecondDue, type SecondRendering } from './is-second-due.ts';
import { runTemplate, type TemplateResult } from './run-template.ts';

export interface RenderChartOptions {
  readonly isolation: IsolationLevel;
  readonly limits: ProgramLimits;
  readonly readLimits: Partial<ReadLimits>;
  readonly secondRendering: SecondRendering;
}

export interface RenderTask {
  readonly program: HelmProgram;
  readonly request: RenderRequest;
  readonly settings: HelmSettings;
  readonly releaseName: string;
  readonly values: Values;
  readonly chart: Chart;
  /** The files of the chart's folder, from the repository's root. */
  readonly paths: readonly string[];
  /** Holds `home`, `tmp` and the chart in `chart`. */
  readonly privateFolder: string;
}

export interface ChartRendered {
  readonly documents: readonly ManifestDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

export type RenderChart = (task: RenderTask, signal: AbortSignal) => Promise<ChartRendered>;

/** Renderings that are known to be alike twice. More than one installation has; a bound all the same. */
const mostKnown = 10_000;

export function createRenderChart(options: RenderChartOptions): RenderChart {
  const steady = new Set<string>();

  async function run(task: RenderTask, known: Known, signal: AbortSignal) {
    const program = task.program.path;
    const runOnce = () =>
      runTemplate({ ...options, ...task, program, arguments: known.line }, signal);
    const isSteady = steady.has(known.key);
    const doubts = { ...task, isSteady, chartMayVary: known.chartFiles.mayVary };
    const isTwice = isSecondDue(options.secondRendering, doubts);
    return await Promise.all([runOnce(), isTwice ? runOnce() : undefined]);
  }

  return async (task, signal) => {
    const { chart, paths, privateFolder } = task;
    const chartFiles = await readChartFiles(join(privateFolder, 'chart'));
    const line = await composeLine(task);
    const key = digestTask(task, { chartFiles, line });
    const [first, second] = await run(task, { chartFiles, line, key }, signal);

    const texts = [...chartFiles.texts];
    const contents = new Map(texts.map(([path, text]) => [joinPath(chart.folder, path), text]));
    const locator = createTemplateLocator(chart, paths);
    if (!isSuccess(first)) {
      const chartFile = joinPath(chart.folder, 'Chart.yaml');
      const failed = { ...first, chartFile, locator, values: task.values };
      return { documents: [], diagnostics: translateFailure(failed) };
    }
    const output = { locator, contents, limits: options.readLimits };
    const rendered = readOutput(first, output);
    const random = compare(task, [rendered, second], output);
    if (random?.length === 0 && steady.size < mostKnown) steady.add(key);
    const lookups = reportLookups(chartFiles, locator);
    return {
      documents: rendered.documents.map(({ template: _template, ...document }) => document),
      diagnostics: [...rendered.diagnostics, ...lookups, ...(random ?? [])],
    };
  };
}

interface Known {
  readonly chartFiles: ChartFiles;
  readonly line: readonly string[];
  /** What it is remembered by. */
  readonly key: string;
}

/** Of everything that decides the output: what is remembered of one rendering holds for no other. */
function digestTask(
  { program, values, privateFolder }: RenderTask,
  { chartFiles, line }: Pick<Known, 'chartFiles' | 'line'>,
): string {
  const words = line.map((word) => word.replaceAll(privateFolder, ''));
  const sum = createHash('sha256');
  sum.update(JSON.stringify([program.version, chartFiles.digest, words]));
  const contents = [...values.files, ...values.contents.map(([, content]) => ({ content }))];
  for (const { content } of contents) sum.update(`${content.length}\0`).update(content);
  return sum.digest('hex');
}

/** `undefined` where there is nothing to compare with. */
function compare(
  { settings }: RenderTask,
  [first, second]: readonly [ReadOutput, TemplateResult | undefined],
  output: Output,
): readonly Diagnostic[] | undefined {
  if (!(second && isSuccess(second))) return undefined;
  return findRandomFields({
    ...output,
    first: first.documents,
    second: readOutput(second, output).documents,
    severity: settings.random === 'allow' ? 'warning' : 'error',
  });
}

/** Writes the values beside the chart: they may lie anywhere in the repository. */
async function composeLine(task: RenderTask): Promise<readonly string[]> {
  const { request, settings, values, privateFolder } = task;
  const folder = join(privateFolder, 'values');
  await mkdir(folder);
  const valueFiles: string[] = [];
  for (const { content } of values.files) {
    const file = join(folder, `${valueFiles.length}.yaml`);
    await writeFile(file, content);
    valueFiles.push(file);
  }
  const contentFiles: Assignment[] = [];
  for (const [path, content] of values.contents) {
    const file = join(folder, `content-${contentFiles.length}`);
    await writeFile(file, content);
    contentFiles.push([path, file]);
  }
  return composeArguments({
    settings,
    releaseName: task.releaseName,
    namespace: settings.namespace ?? request.namespace ?? 'default',
    ...request.capabilities,
    chart: join(privateFolder, 'chart'),
    valueFiles,
    contentFiles,
  });
}

function isSuccess({ end }: TemplateResult): boolean {
  return end.kind === 'exited' && end.exitCode === 0;
}
