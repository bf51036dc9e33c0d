/**
 * Composes a control plane of real parts: a store on disk, keys, mirrors, clusters. The server and
 * nobody else decides where these lie. What only a server needs is imported here, when it is needed.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import type { RetentionRules, Store } from '@trueup/engine';
import type { Outbound } from '@trueup/outbound';
import type { Git } from '@trueup/repository';
import type { SessionLimits } from './access/session-limits.ts';
import type { Hosting, HostingOptions } from './hosting/open-hosting.ts';
import { createIds, isId } from './ids/create-ids.ts';
import { openSecrets } from './keys/open-secrets.ts';
import type { ControlPlane } from './plane/control-plane.ts';
import type { ControlPlaneOptions, InstalledProvider, Log } from './plane/control-plane-options.ts';
import { openAnsible } from './providers/open-ansible.ts';
import { openContainers } from './providers/open-containers.ts';
import { type OpenKubernetesOptions, openKubernetes } from './providers/open-kubernetes.ts';
import { openOci } from './providers/open-oci.ts';
import { openTerraform } from './providers/open-terraform.ts';
import { openSources } from './sources/open-sources.ts';
import type { Sources } from './sources/sources.ts';
import { withSources } from './sources/with-sources.ts';
import { createSecretReader, type ReadSecret } from './stacks/resolve-secrets.ts';

export interface OpenControlPlaneOptions {
  /** Holds the store, the mirrors, and what was fetched for renderers. Made where there is none. */
  readonly dataFolder: string;
  /** Made where there is none. It belongs to every backup, and nowhere near the store's. */
  readonly keyFile: string;
  readonly log: Log;
  /** Where programs (git, ssh, helm, kustomize) are looked for, written like PATH. */
  readonly searchPath: string;
  /** How clusters are found that targets name by a context. */
  readonly clusters: OpenKubernetesOptions['connections'];
  /** How long browsers stay signed in; `defaultSessionLimits` if absent. */
  readonly sessionLimits?: SessionLimits;
  /** How long records are kept; the engine's defaults if absent. */
  readonly retention?: RetentionRules;
  /** How people and git reach the server, once that is known; for addresses of the built-in forge. */
  readonly reachedAt?: () => string | undefined;
  /** How alerts are sent. None are if absent. */
  readonly alerts?: {
    /** Hosts of private networks, or this machine, that they may go to. */
    readonly hosts: readonly string[];
    /** How people reach the server, for links. There are none if absent. */
    readonly publicUrl?: string;
  };
  /** Whether repositories of this machine, by path or by loopback, may be registered. */
  readonly allowLocalRepositories: boolean;
}

/**
 * Opens everything; `stop` closes it again. Nothing is followed before `start`.
 *
 * @throws StalledError `STORE_LOCKED` when another server has the data folder, and as the store, the
 * key file and git say.
 */
export async function openControlPlane(options: OpenControlPlaneOptions): Promise<ControlPlane> {
  await using opened = new AsyncDisposableStack();
  const { dataFolder, log } = options;
  const [{ openSqliteStore }, { createControlPlane }] = await Promise.all([
    import('@trueup/store'),
    import('./plane/create-control-plane.ts'),
  ]);
  const store = await openSqliteStore({ file: join(dataFolder, 'trueup.db') });
  opened.defer(() => store.close());
  const secrets = await openSecrets(store, options.keyFile);
  const readSecret = createSecretReader(
    (name) => store.secret(name),
    ({ name, ciphertext }) => new TextDecoder().decode(secrets.decrypt(ciphertext, name)),
  );
  const { providers, sources } = await openProviders(options, readSecret, opened);
  const outbound = await openOutbound(options, opened);
  const newId = createIds(Date.now);
  const alerting = await alertServices(options, opened);
  const webhooks = {
    outbound: alerting.alerts?.outbound ?? outbound,
    readSecret,
    random: Math.random,
  };
  const onError = (error: unknown, subject: string): void =>
    log('error', error instanceof Error ? error.message : 'unknown error', { subject });
  const hosting = await openOwnHosting(options, { store, now: Date.now, newId, webhooks, onError });
  const { openForges } = await import('./forges/open-forges.ts');

  const plane = createControlPlane({
    store,
    providers,
    sources,
    openRepository: await repositoryOpener(options, { outbound, hosting }),
    forges: openForges(outbound, hosting),
    hosting,
    ...alerting,
    ...(options.alerts?.publicUrl !== undefined && { publicUrl: options.alerts.publicUrl }),
    removeMirrors: (ids) => removeMirrors(mirrorFolder(dataFolder), ids),
    secrets,
    clock: { now: Date.now },
    newId,
    random: Math.random,
    log,
    // The store's lock lets one process in at a time.
    holder: 'server',
    ...(options.sessionLimits && { sessionLimits: options.sessionLimits }),
    ...(options.retention && { retention: options.retention }),
    targetHolder: `server on ${hostname()} (${await nameStore(store)})`,
  });
  const kept = opened.move();
  return {
    ...plane,
    async stop() {
      await plane.stop();
      await kept.disposeAsync();
    },
  };
}

/** Eight digits that another store does not have: two servers on one machine are told apart. */
async function nameStore(store: Store): Promise<string> {
  const known = await store.setting('store-name');
  if (known !== undefined) return known;
  const name = randomBytes(4).toString('hex');
  await store.commit([{ kind: 'setting', name: 'store-name', value: name }]);
  return name;
}

async function openClusters(
  { clusters, searchPath, dataFolder, allowLocalRepositories }: OpenControlPlaneOptions,
  readSecret: ReadSecret,
): Promise<InstalledProvider & { close(): Promise<void> }> {
  const provider = await openKubernetes({
    connections: clusters,
    searchPath,
    cacheFolder: cacheFolderOf({ dataFolder }),
    readSecret,
    addresses: { allowPrivate: true, allowLoopback: allowLocalRepositories },
    watch: true,
  });
  return { ...provider, tools: ['helm', 'kustomize'] };
}

async function openProviders(
  options: OpenControlPlaneOptions,
  readSecret: ReadSecret,
  opened: AsyncDisposableStack,
): Promise<Pick<ControlPlaneOptions, 'providers'> & { readonly sources: Sources }> {
  const provider = await openClusters(options, readSecret);
  opened.defer(() => provider.close());
  const { searchPath } = options;
  const terraform = await openTerraform({ searchPath, cacheFolder: cacheFolderOf(options) });
  const containers = await openContainers({
    searchPath,
    addresses: { allowPrivate: true, allowLoopback: options.allowLocalRepositories },
  });
  opened.defer(() => containers.close());
  const oci = await openRegistries(options, readSecret);
  opened.defer(() => oci.close());
  const ansible = await openAnsible({ searchPath });
  const providers: readonly InstalledProvider[] = [provider, ansible, terraform, containers, oci];
  const sources = openOwnSources(options, readSecret, opened);
  return { providers: providers.map((one) => withSources(one, sources)), sources };
}

function openOwnSources(
  { allowLocalRepositories }: OpenControlPlaneOptions,
  readSecret: ReadSecret,
  opened: AsyncDisposableStack,
): Sources {
  const addresses = { allowPrivate: true, allowLoopback: allowLocalRepositories };
  const { sources, close } = openSources(readSecret, addresses);
  opened.defer(close);
  return sources;
}

async function openRegistries(
  options: OpenControlPlaneOptions,
  readSecret: ReadSecret,
): ReturnType<typeof openOci> {
  const { searchPath, allowLocalRepositories } = options;
  const addresses = { allowPrivate: true, allowLoopback: allowLocalRepositories };
  return openOci({ searchPath, cacheFolder: cacheFolderOf(options), readSecret, addresses });
}

function cacheFolderOf({ dataFolder }: Pick<OpenControlPlaneOptions, 'dataFolder'>): string {
  return join(dataFolder, 'cache');
}

/** Whatever is not a cluster is reached by it. */
async function openOutbound(
  { allowLocalRepositories }: OpenControlPlaneOptions,
  opened: AsyncDisposableStack,
): Promise<Outbound> {
  const { createOutbound } = await import('@trueup/outbound');
  const addresses = { allowPrivate: true, allowLoopback: allowLocalRepositories };
  return opened.use(createOutbound({ addresses }));
}

/** Only public addresses, but for those that the operator names: `trueup.yaml` has many authors. */
async function alertServices(
  { alerts }: OpenControlPlaneOptions,
  opened: AsyncDisposableStack,
): Promise<Pick<ControlPlaneOptions, 'alerts'>> {
  if (!alerts) return {};
  const { createOutbound } = await import('@trueup/outbound');
  const { hosts, publicUrl } = alerts;
  const addresses = { trustedHosts: hosts };
  const outbound = opened.use(createOutbound({ addresses }));
  return { alerts: { outbound, ...(publicUrl !== undefined && { publicUrl }) } };
}

async function repositoryOpener(
  { dataFolder, searchPath, allowLocalRepositories }: OpenControlPlaneOptions,
  { outbound, hosting }: { readonly outbound: Outbound; readonly hosting: Hosting },
): Promise<ControlPlaneOptions['openRepository']> {
  const { openGit } = await import('@trueup/repository');
  const { openGitRepository } = await import('./repository/open-git-repository.ts');
  const never = new AbortController().signal;
  // Without git everything else works, and each repository says what is missing.
  let git: Git | undefined;
  const ssh = await findExecutable('ssh', searchPath);
  return async (repository, readCredential) => {
    git ??= await openGit(searchPath, never);
    const folder = join(mirrorFolder(dataFolder), repository.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const connection = {
      guard: outbound.guard,
      allowFiles: allowLocalRepositories,
      ...(ssh !== undefined && { ssh }),
    };
    const opening = { git, connection, repository, folder, readCredential };
    const { forge } = repository;
    if (forge?.kind !== 'hosted') return openGitRepository(opening);
    // It lies beside its mirror: no address, no credential, and no wait for our own server.
    const own = await hosting.host.open(forge.path);
    const { credential: _unused, ...record } = repository;
    const local = { ...record, url: own.git.own.path };
    return openGitRepository({
      ...opening,
      connection: { ...connection, allowFiles: true },
      repository: local,
    });
  };
}

async function openOwnHosting(
  { dataFolder, searchPath, reachedAt = () => undefined }: OpenControlPlaneOptions,
  ports: Omit<HostingOptions, 'folder' | 'searchPath' | 'publicUrl'>,
): Promise<Hosting> {
  const { openHosting } = await import('./hosting/open-hosting.ts');
  return openHosting({
    ...ports,
    folder: join(dataFolder, 'hosted'),
    searchPath,
    publicUrl: () => reachedAt()?.replace(/\/+$/, '') ?? 'http://localhost',
  });
}

function mirrorFolder(dataFolder: string): string {
  return join(dataFolder, 'repositories');
}

/** Only what bears an id as its name: whatever else lies there is not ours. */
async function removeMirrors(folder: string, kept: readonly string[]): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  const left = found.filter((name) => isId(name) && !kept.includes(name));
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

async function findExecutable(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(':')) {
    const file = join(folder, name);
    const found = folder.startsWith('/') && (await isExecutable(file));
    if (found) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
