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

export interface DemoStage extends AsyncDisposable {
  readonly staging: DemoCluster;
  readonly production: DemoCluster;
  /** Of both clusters, the one of production first. */
  readonly kubeconfigs: readonly string[];
  readonly repository: DemoRepository;
  readonly session: Session;
}

export interface StageOptions {
  readonly startCluster: StartCluster;
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
  const repository = await openDemoRepository({ folder, ...options });
  const plane = await openPlane({ ...options, folder, kubeconfigs });
  opened.defer(() => plane.stop());
  await plane.start();
  const session = plane.as({ kind: 'member', name: 'demo', grants: [{ role: 'admin' }] });
  const kept = opened.move();
  return {
    staging: staging.cluster,
    production: production.cluster,
    kubeconfigs,
    repository,
    session,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

interface OpenedCluster {
  readonly cluster: DemoCluster;
  readonly file: string;
}

interface PlaneOptions extends StageOptions {
  readonly folder: string;
  readonly kubeconfigs: readonly string[];
}

async function openPlane({
  folder,
  kubeconfigs,
  searchPath,
  log,
}: PlaneOptions): Promise<ControlPlane> {
  const { openControlPlane } = await import('@trueup/control-plane');
  return openControlPlane({
    dataFolder: join(folder, 'data'),
    keyFile: join(folder, 'key'),
    searchPath,
    clusters: { kubeconfigs, programs: { searchPath, environment: {} } },
    allowLocalRepositories: true,
    log: (level, message) => {
      if (level === 'warn' || level === 'error') log(message);
    },
  });
}
