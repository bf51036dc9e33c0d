/** The one place that calls what creates and opens: from settings to a server that answers. */
import { type ControlPlane, openControlPlane } from '@trueup/control-plane';

import { type Logger, toLog } from './create-log.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { listen } from './listen.ts';
import { openMetrics } from './metrics/metrics.ts';
import type { Settings } from './settings/settings.ts';

export interface StartOptions {
  readonly settings: Settings;
  readonly logger: Logger;
}

export interface ServerHandle {
  /** Where it listens. */
  readonly url: string;
  /** Of a one-time link that makes the first administrator; absent once there is one. */
  readonly firstLink?: string;
  /** Answers no more, aborts what is under way, and closes the store. */
  stop(): Promise<void>;
}

/** @throws StalledError `STORE_LOCKED` when another server has the data folder, and as parts say. */
export async function startServer({ settings, logger }: StartOptions): Promise<ServerHandle> {
  await using opened = new AsyncDisposableStack();
  const plane = await openPlane(settings, logger);
  opened.defer(() => plane.stop());
  const metrics = openMetrics(plane);
  opened.defer(() => metrics.close());
  const { trustProxy } = settings;
  const http = await createHttpServer({ plane, logger, metrics, trustProxy });
  opened.defer(() => http.close());

  const url = await listen(http.app, settings);
  await plane.start();
  const token = await plane.firstAdministratorLink();
  const firstLink = token && `${settings.publicUrl ?? url}/welcome#${token}`;
  const kept = opened.move();
  return { url, ...(firstLink && { firstLink }), stop: () => kept.disposeAsync() };
}

function openPlane(settings: Settings, logger: Logger): Promise<ControlPlane> {
  const { dataFolder, keyFile, allowLocalRepositories, retention, machine } = settings;
  const { searchPath, kubeconfigs, programEnvironment, serviceAccount } = machine;
  return openControlPlane({
    dataFolder,
    keyFile,
    searchPath,
    allowLocalRepositories,
    retention,
    log: toLog(logger),
    clusters: {
      kubeconfigs,
      programs: { searchPath, environment: programEnvironment },
      ...(serviceAccount && { serviceAccount }),
    },
  });
}
