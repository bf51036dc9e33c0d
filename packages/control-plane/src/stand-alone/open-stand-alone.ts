/**
 * Wires what plans and applies a folder without a server: the providers of this machine, a store
 * that lives no longer than the command, seals of a key that nobody keeps.
 *
 * What only some commands need is imported when it is needed: starting fast is worth a lot here.
 */
import { createSecretKey, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';

import { StalledError } from '@trueup/diagnostics';
import { MemoryStore } from '@trueup/engine';
import type { Provider } from '@trueup/provider-sdk';
import { createSealer } from '@trueup/secrets';
import { configurationFile } from '../configuration/parse-configuration-file.ts';
import { createIds } from '../ids/create-ids.ts';
import { mentionsAnsible, openAnsible } from '../providers/open-ansible.ts';
import {
  isComposeFolder,
  mentionsContainers,
  openContainers,
  thisEngine,
} from '../providers/open-containers.ts';
import { openKubernetes } from '../providers/open-kubernetes.ts';
import { mentionsOci, openOci } from '../providers/open-oci.ts';
import {
  isTerraformFolder,
  mentionsTerraform,
  openTerraform,
} from '../providers/open-terraform.ts';
import { ConditionEvaluator } from '../rules/condition-evaluator.ts';
import { openSources } from '../sources/open-sources.ts';
import { withSources } from '../sources/with-sources.ts';
import type { ReadSecret } from '../stacks/resolve-secrets.ts';
import { type DiskFiles, openDiskFiles } from './disk-files.ts';
import type { BlameLine } from './explain-resource.ts';
import { type DefaultTarget, openProject, type Project } from './open-project.ts';
import { type KubeconfigContexts, readContexts } from './read-contexts.ts';
import { StandAlone } from './stand-alone.ts';

export interface StandAloneOptions {
  readonly folder: string;
  /** Takes the place of the folder's own name in marks and full names of stacks. */
  readonly name?: string;
  /** Kubeconfigs of this machine, the first one that knows a name wins. */
  readonly kubeconfigs: readonly string[];
  /** Where a folder without `trueup.yaml` goes. The current one of the kubeconfigs if absent. */
  readonly context?: string;
  /** Where programs are looked for, written like PATH. */
  readonly searchPath: string;
  /** What credential plugins of kubeconfigs may see besides. */
  readonly programEnvironment: Readonly<Record<string, string>>;
  /** `undefined` where there is no such secret. */
  readonly secret: (name: string) => string | undefined;
  /** Whether new resources are tried out on the target when planned. `dry-run` if absent. */
  readonly creates?: 'predicted' | 'dry-run';
  /** For fetched charts; nothing is kept if absent. */
  readonly cacheFolder?: string;
  /** In the place of this machine's, for tests. */
  readonly providers?: readonly Provider[];
}

export interface OpenedStandAlone extends AsyncDisposable {
  readonly standAlone: StandAlone;
  readonly project: Project;
  readonly files: DiskFiles;
}

/**
 * The name that marks of stand-alone runs bear. Changing it orphans all that was ever applied
 * without a server.
 */
const installation = 'stand-alone';

/** Reads the folder; connects to nothing yet. What is wrong with `trueup.yaml` stands in the project. */
export async function openStandAlone(options: StandAloneOptions): Promise<OpenedStandAlone> {
  const files = await openFolder(options.folder);
  await using opened = new AsyncDisposableStack();
  const { providers, ownTarget } = await openProviders(options, files, opened);
  const project = await openProject({
    folder: options.name ?? resolve(options.folder),
    files,
    providers,
    defaultTarget: async () => ownTarget ?? (await defaultTargetOf(options)),
  });
  const conditions = new ConditionEvaluator();
  opened.defer(() => conditions.close());
  const standAlone = new StandAlone({
    project,
    files,
    providers,
    openStore: () => new MemoryStore({ copies: false }),
    seal: createSealer(createSecretKey(randomBytes(32))),
    readSecret: secretReader(options.secret),
    blame: createBlame(options),
    askConditions: conditions.ask,
    installation,
    holder: `command line on ${hostname()} (process ${process.pid})`,
    now: Date.now,
    newId: createIds(Date.now),
    random: Math.random,
  });
  const kept = opened.move();
  return { standAlone, project, files, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function openFolder(folder: string): Promise<DiskFiles> {
  return openDiskFiles(folder).catch(() => {
    throw new StalledError('FOLDER_MISSING', `${folder}: there is no such folder`);
  });
}

interface OpenedProviders {
  readonly providers: readonly Provider[];
  /** Where the folder as a whole goes, when it is for no cluster. */
  readonly ownTarget?: DefaultTarget;
}

/** The first one takes a folder without a `trueup.yaml`. */
async function openProviders(
  options: StandAloneOptions,
  files: DiskFiles,
  opened: AsyncDisposableStack,
): Promise<OpenedProviders> {
  if (options.providers) return { providers: options.providers };
  const addresses = { allowPrivate: true, allowLoopback: true };
  const { sources, close } = openSources(secretReader(options.secret), addresses);
  opened.defer(close);
  const found = await findProviders(options, files, opened);
  return { ...found, providers: found.providers.map((one) => withSources(one, sources)) };
}

async function findProviders(
  options: StandAloneOptions,
  files: DiskFiles,
  opened: AsyncDisposableStack,
): Promise<OpenedProviders> {
  const clusters = await openClusters(options, opened);
  const look = files.again();
  const written = await look.read(configurationFile);
  const text = written === undefined ? '' : new TextDecoder().decode(written);
  const isOpen = !written && options.context === undefined;
  const paths = isOpen ? await readdir(options.folder) : [];
  if (isComposeFolder(paths)) {
    return { providers: [await openEngines(options, opened), clusters], ownTarget: thisEngine };
  }
  const { searchPath, cacheFolder } = options;
  const cache = cacheFolder === undefined ? {} : { cacheFolder };
  if (isTerraformFolder(paths)) {
    const providers = [await openTerraform({ searchPath, ...cache }), clusters];
    return { providers, ownTarget: { name: 'terraform', settings: {} } };
  }
  const named = [
    mentionsTerraform(text) && (await openTerraform({ searchPath, ...cache })),
    mentionsAnsible(text) && (await openAnsible({ searchPath })),
    mentionsContainers(text) && (await openEngines(options, opened)),
    mentionsOci(text) && (await openRegistries(options, opened)),
  ];
  return { providers: [clusters, ...named.filter((one) => one !== false)] };
}

async function openEngines(
  { searchPath }: StandAloneOptions,
  opened: AsyncDisposableStack,
): Promise<Provider> {
  // Whoever runs this can reach them anyway.
  const addresses = { allowPrivate: true, allowLoopback: true };
  const engines = await openContainers({ addresses, searchPath });
  opened.defer(() => engines.close());
  return engines;
}

async function openRegistries(
  { secret, searchPath, cacheFolder }: StandAloneOptions,
  opened: AsyncDisposableStack,
): Promise<Provider> {
  const addresses = { allowPrivate: true, allowLoopback: true };
  const cache = cacheFolder === undefined ? {} : { cacheFolder };
  const readSecret = secretReader(secret);
  const registries = await openOci({ readSecret, searchPath, addresses, ...cache });
  opened.defer(() => registries.close());
  return registries;
}

async function openClusters(
  { kubeconfigs, searchPath, programEnvironment, ...options }: StandAloneOptions,
  opened: AsyncDisposableStack,
): Promise<Provider> {
  const { creates, cacheFolder, secret } = options;
  const provider = await openKubernetes({
    connections: { kubeconfigs, programs: { searchPath, environment: programEnvironment } },
    searchPath,
    readSecret: secretReader(secret),
    // Whoever runs this can reach them anyway.
    addresses: { allowPrivate: true, allowLoopback: true },
    ...(creates && { creates }),
    ...(cacheFolder !== undefined && { cacheFolder }),
  });
  opened.defer(() => provider.close());
  return provider;
}

/** Named as its context, so that every question says which cluster it is about. */
async function defaultTargetOf({
  context,
  kubeconfigs,
}: StandAloneOptions): Promise<DefaultTarget> {
  const found = await readContexts(kubeconfigs);
  const { current, known } = found;
  const name = context ?? current;
  if (name === undefined) throw new StalledError('KUBERNETES_KUBECONFIG', noContext(found));
  if (!known.includes(name)) {
    const there = known.length > 0 ? `there are ${known.join(', ')}` : 'there are none at all';
    const message = `context ${name}: the kubeconfigs have no such context: ${there}`;
    throw new StalledError('KUBERNETES_KUBECONFIG', message);
  }
  return { name, settings: { context: name } };
}

function noContext({ missing, broken }: KubeconfigContexts): string {
  if (broken.length > 0) return `kubeconfig: ${broken.join(', ')}: cannot be read, or is none`;
  if (missing.length > 0) return `kubeconfig: there is no ${missing.join(', and no ')}`;
  return 'kubeconfig: none of the files names a current context';
}

function secretReader(secret: StandAloneOptions['secret']): ReadSecret {
  return async (name) => {
    const value = secret(name);
    if (value !== undefined) return value;
    throw new StalledError('SECRET_MISSING', `secret ${name}: there is none`, name);
  };
}

/** Where there is no git, or no checkout, nobody wrote anything. */
function createBlame({ folder, searchPath }: StandAloneOptions): BlameLine {
  return async (file, line, signal) => {
    const { blameWorkTree, openGit } = await import('@trueup/repository');
    const git = await openGit(searchPath, signal).catch(() => undefined);
    const blamed = git && (await blameWorkTree(git, { folder, file, line }, signal));
    if (!blamed) return undefined;
    const { revision, author, authoredAt: committedAt, summary } = blamed;
    return { revision, author: author.name, committedAt, summary };
  };
}
