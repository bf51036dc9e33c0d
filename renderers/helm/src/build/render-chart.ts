/** From a chart that is laid out to documents with their origins; twice where chance is to be found. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Diagnostic } from '@trueup/diagnostics';
import {
  decodeText,
  type ManifestDocument,
  type ReadLimits,
  type RenderRequest,
  readManifests,
} from '@trueup/manifests';
import type { IsolationLevel, ProgramLimits } from '@trueup/programs';

import { joinPath } from '../chart/chart-path.ts';
import type { Chart } from '../chart/read-chart.ts';
import { readChartFiles } from '../chart/read-chart-files.ts';
import type { Values } from '../chart/read-values.ts';
import { findRandomFields } from '../output/find-random-fields.ts';
import { createTemplateLocator, type TemplateLocator } from '../output/locate-template.ts';
import { type SourcedDocument, traceSources } from '../output/trace-sources.ts';
import type { Assignment, HelmSettings } from '../schema.ts';
import { translateFailure } from '../translate-errors.ts';
import { composeArguments } from './compose-arguments.ts';
import type { HelmProgram } from './find-helm.ts';
import { runTemplate, type TemplateResult } from './run-template.ts';

export interface RenderChartOptions {
  readonly isolation: IsolationLevel;
  readonly limits: ProgramLimits;
  readonly readLimits: Partial<ReadLimits>;
  readonly secondRendering: 'always' | 'when-chart-changes' | 'never';
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

/** Charts that are known to render alike twice. More than one installation has; a bound all the same. */
const mostKnown = 10_000;

export function createRenderChart(options: RenderChartOptions): RenderChart {
  const steady = new Set<string>();

  return async (task, signal) => {
    const { texts, digest } = await readChartFiles(join(task.privateFolder, 'chart'));
    const key = `${task.program.version} ${digest}`;
    const runsTwice = isSecondDue(options, steady.has(key));
    const line = await composeLine(task);
    const run = () =>
      runTemplate({ ...options, ...task, program: task.program.path, arguments: line }, signal);
    const [first, second] = await Promise.all([run(), runsTwice ? run() : undefined]);

    const contents = new Map(
      [...texts].map(([path, text]) => [joinPath(task.chart.folder, path), text]),
    );
    const locator = createTemplateLocator(task.chart, task.paths);
    if (!isSuccess(first)) {
      const chartFile = joinPath(task.chart.folder, 'Chart.yaml');
      const failed = { ...first, chartFile, locator, values: task.values };
      return { documents: [], diagnostics: translateFailure(failed) };
    }
    const output = { locator, contents, limits: options.readLimits };
    const rendered = readOutput(first, output);
    const documents = rendered.documents.map(({ body, origin }) => ({ body, origin }));
    if (!(second && isSuccess(second))) return { ...rendered, documents };

    const random = findRandomFields({
      first: rendered.documents,
      second: readOutput(second, output).documents,
      severity: task.settings.random === 'allow' ? 'warning' : 'error',
      locator,
      contents,
    });
    if (random.length === 0 && steady.size < mostKnown) steady.add(key);
    return { documents, diagnostics: [...rendered.diagnostics, ...random] };
  };
}

function isSecondDue({ secondRendering }: RenderChartOptions, isSteady: boolean): boolean {
  return secondRendering === 'always' || (secondRendering === 'when-chart-changes' && !isSteady);
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

interface Output {
  readonly locator: TemplateLocator;
  readonly contents: ReadonlyMap<string, string>;
  readonly limits: Partial<ReadLimits>;
}

interface ReadOutput {
  readonly documents: readonly SourcedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

function readOutput({ stdout }: TemplateResult, { locator, contents, limits }: Output): ReadOutput {
  const text = decodeText(stdout) ?? '';
  const { documents, diagnostics } = readManifests(text, { file: 'helm template', limits });
  return {
    documents: traceSources({ text, documents }, locator, contents),
    diagnostics: relocate(diagnostics, text, locator),
  };
}

/** A line of the output is no line of the repository: a remark on it points to its template. */
function relocate(
  diagnostics: readonly Diagnostic[],
  text: string,
  locator: TemplateLocator,
): readonly Diagnostic[] {
  const lines = text.split(/\r\n?|\n/);
  return diagnostics.map((diagnostic) => {
    const before = lines.slice(0, diagnostic.origin?.line ?? 0);
    const source = before.findLast((line) => line.startsWith('# Source: '));
    const origin = locator.originOf((source ?? '').slice('# Source: '.length));
    const summary = diagnostic.summary.replace('helm template', origin.file);
    return { ...diagnostic, origin, summary };
  });
}
