/** Everything that the demo plays with. Disposing it ends all of it and removes every file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ControlPlane, Session } from '@trueup/control-plane';

import { connectCluster, type DemoCluster } from './demo-cluster.ts';
import { type DemoRepository, openDemoRepository } from './demo-repository.ts';

/** How the demo starts a cluster: the sandbox, which the command alone may import. */
export type StartCluster = (name: string) => Promise<{
  readonly url: string;
  kubeconfig(): string;
  close(): Promise<void>;
}>;

/** How the demo is served: by the server's own code, which the command alone may import. */
export type ServePlane = (
  plane: ControlPlane,
) => Promise<AsyncDisposable & { readonly url: string }>;

export interface DemoStage extends AsyncDisposable {
  readonly staging: DemoCluster;
  readonly production: DemoCluster;
  /** Of both clusters, the one of production first. */
  readonly kubeconfigs: readonly string[];
  readonly repository: DemoRepository;
  /** The administrator's. */
  readonly session: Session;
  /** Who writes. */
  readonly ada: Session;
  /** Who approves. */
  readonly ben: Session;
  /** Where browsers look. */
  readonly url: string;
  /** Lets somebody in by a browser, once: an address of a page. */
  invite(): Promise<string>;
}

export interface StageOptions {
  readonly startCluster: StartCluster;
  readonly serve: ServePlane;
  readonly example: string;
  readonly searchPath: string;
  readonly log: (message: string) => void;
}

export async function openDemoStage(options: StageOptions): Promise<DemoStage> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'trueup-demo-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const open = async (name: string): Promise<OpenedCluster> => {
    const started = await options.startCluster(name);
    opened.defer(() => started.close());
    const file = join(folder, `${name}.kubeconfig`);
    await writeFile(file, started.kubeconfig(), { mode: 0o600 });
    return { cluster: connectCluster(name, started.url), file };
  };
  const [production, staging] = await Promise.all([
    open('sandbox-production'),
    open('sandbox-staging'),
  ]);
  const kubeconfigs = [production.file, staging.file];
  const place = { url: '' };
  const plane = await openPlane({ ...options, folder, kubeconfigs, reachedAt: () => place.url });
  opened.defer(() => plane.stop());
  await plane.start();
  place.url = opened.use(await options.serve(plane)).url;
  const session = await enlist(plane, 'demo', 'admin');
  const ada = await enlist(plane, 'ada', 'approver');
  const ben = await enlist(plane, 'ben', 'approver');
  const { token } = await ada.createToken('ada', 'demo');
  const url = place.url.replace('//', `//ada:${token}@`);
  const repository = await openDemoRepository({
    ...options,
    folder,
    url: `${url}/git/${hostedPath}.git`,
  });
  const kept = opened.move();
  return {
    staging: staging.cluster,
    production: production.cluster,
    kubeconfigs,
    repository,
    session,
    url: place.url,
    invite: async () => `${place.url}/welcome#${(await plane.firstAdministratorLink()) ?? ''}`,
    ada,
    ben,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** In the built-in forge. */
export const hostedPath = 'demo/shop';

async function enlist(
  plane: ControlPlane,
  name: string,
  role: 'approver' | 'admin',
): Promise<Session> {
  const operator = plane.as({ kind: 'member', name: 'operator', grants: [{ role: 'admin' }] });
  const grants = [{ role }];
  await operator.putMember(name, { grants, emails: [`${name}@example.com`] });
  return plane.as({ kind: 'member', name, grants });
}

interface OpenedCluster {
  readonly cluster: DemoCluster;
  readonly file: string;
}

interface PlaneOptions extends StageOptions {
  readonly folder: string;
  readonly kubeconfigs: readonly string[];
  readonly reachedAt: () => string;
}

async function openPlane({
  folder,
  kubeconfigs,
  searchPath,
  reachedAt,
  log,
}: PlaneOptions): Promise<ControlPlane> {
  const { openControlPlane } = await import('@trueup/control-plane');
  return openControlPlane({
    dataFolder: join(folder, 'data'),
    keyFile: join(folder, 'key'),
    searchPath,
    reachedAt,
    clusters: { kubeconfigs, programs: { searchPath, environment: {} } },
    allowLocalRepositories: true,
    log: (level, message) => {
      if (level === 'error') log(message);
    },
  });
}
