/** A chart repository and an OCI registry on the loopback. */
import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChartServer extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Paths asked for, in order, with ` (authorized)` where credentials came along. */
  readonly seen: readonly string[];
}

export interface ChartServerOptions {
  /** Named by the index instead of the true ones. */
  readonly digests?: Readonly<Record<string, string>>;
  /** The one Authorization header that it answers to; everybody's requests when absent. */
  readonly authorization?: string;
  /** Where the index says that archives lie, instead of here. */
  readonly archivesAt?: string;
}

/** `archives` by `name-version`. */
export async function startChartServer(
  archives: Readonly<Record<string, Uint8Array>>,
  { digests = {}, authorization, archivesAt = 'files' }: ChartServerOptions = {},
): Promise<ChartServer> {
  const seen: string[] = [];
  const answers = new Map<string, Uint8Array | string>();
  const entries: Record<string, unknown[]> = {};
  for (const [file, archive] of Object.entries(archives)) {
    const { name = '', version = '' } = /^(?<name>.+?)-(?<version>\d.*)$/.exec(file)?.groups ?? {};
    const digest = hash('sha256', archive);
    const urls = [`${archivesAt}/${file}.tgz`];
    entries[name] = [{ name, version, urls, digest: digests[file] ?? digest }];
    answers.set(`/charts/files/${file}.tgz`, archive);
    answers.set(`/v2/oci/${name}/manifests/${version}`, manifestOf(digest, archive.length));
    answers.set(`/v2/oci/${name}/blobs/sha256:${digest}`, archive);
  }
  answers.set('/charts/index.yaml', JSON.stringify({ apiVersion: 'v1', entries }));

  const server = createServer(({ url = '', headers }, response) => {
    seen.push(url + (headers.authorization === undefined ? '' : ' (authorized)'));
    const answer = answers.get(url);
    if (authorization !== undefined && headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
      return;
    }
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: () => close(server) };
}

function manifestOf(digest: string, size: number): string {
  const mediaType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  return JSON.stringify({
    schemaVersion: 2,
    layers: [{ mediaType, digest: `sha256:${digest}`, size }],
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
