/** Everything between a folder and its documents. Loaded when the first kustomization is rendered. */
import { hash } from 'node:crypto';

import type { Diagnostic } from '@trueup/diagnostics';
import {
  decodeText,
  type ManifestDocument,
  type ReadLimits,
  type Rendered,
  type Renderer,
  type RenderRequest,
  readManifests,
  type SourceFiles,
} from '@trueup/manifests';
import type { Outbound, ReadCredentials } from '@trueup/outbound';
import type { IsolationLevel, ProgramLimits } from '@trueup/programs';
import { keepsNames, traceByNames } from '../origins/trace-by-names.ts';
import { askForOrigins, traceOrigins } from '../origins/trace-origins.ts';
import { createRemoteBases, type RemoteBases } from '../remote/remote-bases.ts';
import { relocate, relocateDiagnostic } from '../remote/remote-sources.ts';
import { parseSettings } from '../schema.ts';
import { collectSecretValues } from '../sources/collect-secret-values.ts';
import { collectSources, type Sources } from '../sources/collect-sources.ts';
import { joinPath } from '../sources/resolve-reference.ts';
import { translateFailure } from '../translate-errors.ts';
import { createFindKustomize, type KustomizeProgram } from './find-kustomize.ts';
import { type BuildResult, runBuild } from './run-build.ts';

export interface KustomizeRendererOptions {
  /** Where the program is looked for, written like PATH. */
  readonly searchPath: string;
  /** An absolute path that is taken instead. */
  readonly program?: string;
  /**
   * What remote bases are fetched by, or how to open it when first needed. Absent: nothing is fetched.
   * Git repositories also need `git`.
   */
  readonly outbound?: Outbound | (() => Promise<Outbound>);
  /** Reads the secrets that stacks name for hosts. Absent: no base needs one. */
  readonly readCredentials?: ReadCredentials;
  /** `preferred` when absent. */
  readonly isolation?: IsolationLevel;
  /** Of each build. Those that are left out have their defaults. */
  readonly limits?: Partial<ProgramLimits>;
  /** Of what it prints. */
  readonly readLimits?: Partial<ReadLimits>;
}

/** The largest known kustomizations take 3 s and 400 MB, and print 20 MB. */
const defaultLimits: ProgramLimits = {
  timeoutMs: 60_000,
  stdoutBytes: 64 * 1024 * 1024,
  stderrBytes: 64 * 1024,
  memoryBytes: 2 * 1024 * 1024 * 1024,
};

/** With its way to the outside already open. */
export interface OpenOptions extends Omit<KustomizeRendererOptions, 'outbound'> {
  readonly outbound: Outbound | undefined;
}

export function createRenderFolder(options: OpenOptions): Renderer['render'] {
  const { readCredentials } = options;
  const usual = createTools(options, options.isolation ?? 'preferred');
  const strict = createTools(options, 'required');

  return async (files, request, signal) => {
    const { findKustomize, bases, isolation } = request.isolation === 'required' ? strict : usual;
    const program = await findKustomize(signal);
    if (!program) return { documents: [], inputsRead: [], diagnostics: [noProgram(request)] };

    const sources = await collect({ files, request, bases, readCredentials }, signal);
    const rendering = { program, sources, request, options, isolation };
    const rendered = hasErrors(sources.diagnostics)
      ? { documents: [], diagnostics: sources.diagnostics }
      : await build(rendering, signal);
    return { ...rendered, ...describeInputs(program, sources) };
  };
}

interface Tools {
  readonly findKustomize: ReturnType<typeof createFindKustomize>;
  readonly bases: RemoteBases | undefined;
  readonly isolation: IsolationLevel;
}

function createTools(options: OpenOptions, isolation: IsolationLevel): Tools {
  const { searchPath, outbound, program } = options;
  return {
    findKustomize: createFindKustomize({ ...options, program, isolation }),
    bases: outbound && createRemoteBases({ outbound, searchPath, isolation }),
    isolation,
  };
}

interface Collecting {
  readonly files: SourceFiles;
  readonly request: RenderRequest;
  readonly bases: RemoteBases | undefined;
  readonly readCredentials: ReadCredentials | undefined;
}

function collect({ request, ...rest }: Collecting, signal: AbortSignal): Promise<Sources> {
  const settings = parseSettings(request.settings);
  return collectSources({ ...rest, folder: request.folder, settings }, signal);
}

interface Rendering {
  readonly program: KustomizeProgram;
  readonly sources: Sources;
  readonly request: RenderRequest;
  readonly options: OpenOptions;
  readonly isolation: IsolationLevel;
}

type Outcome = Pick<Rendered, 'documents' | 'diagnostics'>;

/** The second build, for origins, waits where the first one may make it needless. */
async function build(rendering: Rendering, signal: AbortSignal): Promise<Outcome> {
  const { sources, request } = rendering;
  const mayBeNeedless = keepsNames(sources);
  const [real, early] = await Promise.all([
    runOn(rendering, sources.files, signal),
    mayBeNeedless ? undefined : runOn(rendering, askForOrigins(sources), signal),
  ]);
  if (!isSuccess(real)) return { documents: [], diagnostics: explain(rendering, real) };

  const limits = rendering.options.readLimits ?? {};
  const file = sources.kustomizations[0]?.file ?? joinPath(request.folder, 'kustomization.yaml');
  const { documents, diagnostics } = readOutput(real, { file, limits });
  async function trace(): Promise<readonly ManifestDocument[]> {
    const annotated = early ?? (await runOn(rendering, askForOrigins(sources), signal));
    const notes = isSuccess(annotated) ? readOutput(annotated, { file, limits }).documents : [];
    return traceOrigins(documents, notes, sources);
  }
  const named = mayBeNeedless ? traceByNames(documents, sources) : undefined;
  return {
    documents: (named ?? (await trace())).map(({ body, origin }) => ({
      body,
      origin: relocate(origin, sources.remotes),
    })),
    diagnostics: [...sources.diagnostics, ...diagnostics],
  };
}

function runOn(
  { program, request, options, isolation }: Rendering,
  files: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
): Promise<BuildResult> {
  const what = {
    program: program.path,
    isolation,
    limits: { ...defaultLimits, ...options.limits },
    files,
    folder: request.folder,
    mayLeaveFolder: parseSettings(request.settings).files === 'repository',
  };
  return runBuild(what, signal);
}

function isSuccess({ end }: BuildResult): boolean {
  return end.kind === 'exited' && end.exitCode === 0;
}

/** What is wrong with a file is said with its line; else what the program says is told. */
function explain({ sources }: Rendering, { end, stderr }: BuildResult): readonly Diagnostic[] {
  const faults = [...sources.files].flatMap(([file, content]) => {
    if (!/\.ya?ml$/.test(file)) return [];
    const { diagnostics } = readManifests(decodeText(content) ?? '', { file });
    return diagnostics.filter(({ code }) => code.startsWith('YAML_'));
  });
  const { kustomizations, remotes } = sources;
  const secretValues = collectSecretValues(sources);
  const told = hasErrors(faults)
    ? faults
    : [...faults, translateFailure({ end, stderr, kustomizations, secretValues })];
  return told.map((one) => relocateDiagnostic(one, remotes));
}

interface Output {
  readonly file: string;
  readonly limits: Partial<ReadLimits>;
}

/** A line of the output is no line of the repository, so remarks on it point to the stack's file. */
function readOutput(
  { stdout }: BuildResult,
  { file, limits }: Output,
): { documents: readonly ManifestDocument[]; diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readManifests(decodeText(stdout) ?? '', { file, limits });
  const origin = { file, line: 1 };
  return { documents, diagnostics: diagnostics.map((one) => ({ ...one, origin })) };
}

function describeInputs(
  { version }: KustomizeProgram,
  { remotes }: Sources,
): Pick<Rendered, 'inputsRead' | 'tool'> {
  const program = {
    name: 'program:kustomize',
    digest: `sha256:${hash('sha256', `kustomize ${version}`)}`,
  };
  return {
    inputsRead: [program, ...remotes.map(({ input }) => input)],
    tool: { name: 'kustomize', version },
  };
}

function noProgram({ folder }: RenderRequest): Diagnostic {
  const file = joinPath(folder, 'kustomization.yaml');
  return {
    severity: 'error',
    code: 'RENDER_KUSTOMIZE_MISSING',
    path: [],
    origin: { file, line: 1 },
    summary: `${file}: not rendered: this machine has no working \`kustomize\``,
    advice:
      'Install Kustomize 5 itself, no shim of a version manager, into a folder of the PATH that Trueup has: https://kubectl.docs.kubernetes.io/installation/kustomize/.',
  };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
