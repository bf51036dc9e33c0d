/** The one place that calls what creates and opens: from settings to a server that answers. */
import { type ControlPlane, openControlPlane } from '@trueup/control-plane';
import { OperationError } from '@trueup/diagnostics';

import { type Logger, toLog } from './create-log.ts';
import { describeFailure } from './describe-failure.ts';
import { readTls } from './http/connections/read-tls.ts';
import { createHttpServer, type HttpServer } from './http/create-http-server.ts';
import { locatePages } from './http/web/build-pages.ts';
import { openWebPages } from './http/web/web-pages.ts';
import { listen } from './listen.ts';
import { openMetrics } from './metrics/metrics.ts';
import type { Settings, TlsFiles } from './settings/settings.ts';

export interface StartOptions {
  readonly settings: Settings;
  readonly logger: Logger;
}

export interface ServerHandle {
  /** Where it listens. */
  readonly url: string;
  /** Of a one-time link that makes the first administrator; absent once there is one. */
  readonly firstLink?: string;
  /** Reads the certificate again, and logs what came of it. Absent without TLS. */
  readonly renewCertificate?: () => void;
  /** Answers no more, aborts what is under way, and closes the store. */
  stop(): Promise<void>;
}

/** @throws StalledError `STORE_LOCKED` when another server has the data folder, and as parts say. */
export async function startServer({ settings, logger }: StartOptions): Promise<ServerHandle> {
  await using opened = new AsyncDisposableStack();
  let reached: string | undefined;
  const plane = await openPlane(settings, logger, () => settings.publicUrl ?? reached);
  opened.defer(() => plane.stop());
  const metrics = openMetrics(plane);
  opened.defer(() => metrics.close());
  const { trustProxy, publicUrl } = settings;
  const tls = settings.tls && (await readTls(settings.tls));
  const pages = openWebPages(locatePages(logger));
  opened.defer(() => pages.close());
  const http = await createHttpServer({
    plane,
    logger,
    metrics,
    trustProxy,
    pages,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(tls && { tls }),
  });
  opened.defer(() => http.close());

  const url = await listen(http, settings);
  reached = url;
  await plane.start();
  const token = await plane.firstAdministratorLink();
  const firstLink = token && `${settings.publicUrl ?? url}/welcome#${token}`;
  const kept = opened.move();
  return {
    url,
    ...(firstLink && { firstLink }),
    ...(settings.tls && { renewCertificate: renewal(http, settings.tls, logger) }),
    stop: () => kept.disposeAsync(),
  };
}

/** What is wrong with the new one leaves the old one in place. */
function renewal(http: HttpServer, files: TlsFiles, logger: Logger): () => void {
  const renew = async (): Promise<void> => {
    http.renewCertificate(await readTls(files));
    logger.info('took up the certificate again');
  };
  return () => {
    renew().catch((error: unknown) => {
      const why = error instanceof OperationError ? error.message : describeFailure(error).name;
      logger.error({ why }, 'keeps the certificate that it has');
    });
  };
}

function openPlane(
  settings: Settings,
  logger: Logger,
  reachedAt: () => string | undefined,
): Promise<ControlPlane> {
  const { dataFolder, keyFile, allowLocalRepositories, retention, machine, sessionLimits } =
    settings;
  const { alertHosts: hosts, publicUrl } = settings;
  // Not where it listens: that leads nowhere from where the message is read.
  const alerts = { hosts, ...(publicUrl !== undefined && { publicUrl }) };
  const { searchPath, kubeconfigs, programEnvironment, serviceAccount } = machine;
  return openControlPlane({
    dataFolder,
    keyFile,
    searchPath,
    allowLocalRepositories,
    retention,
    sessionLimits,
    reachedAt,
    alerts,
    log: toLog(logger),
    clusters: {
      kubeconfigs,
      programs: { searchPath, environment: programEnvironment },
      ...(serviceAccount && { serviceAccount }),
    },
  });
}
