/** What a stack depends on may be private: its login goes to one host, and shows nowhere (P5). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { openSandbox } from './harness/cluster.ts';
import { type Installation, install } from './harness/installation.ts';
import { project } from './harness/manifests.ts';

const assets = process.env['KUBEBUILDER_ASSETS'] ?? '';
const helm = join(assets === '' ? '/nowhere' : assets, 'helm');
const password = 'correct-horse-battery';
const basic = `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`;

describe.runIf(existsSync(helm))('a chart with a private dependency', () => {
  beforeAll(() => {
    vi.stubEnv('PATH', `${assets}:${process.env['PATH']}`);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  it('is rendered by a named secret, which goes to its host and shows nowhere', async () => {
    await using here = await install(() => openSandbox());
    await using registry = await startRegistry(packedChart(here));
    await keep(here, registry.host);

    const run = await here.succeeded('shop', await here.push(filesOf(here, registry.host)));

    expect(await here.get('configmaps/redis')).toMatchObject({ data: { by: 'shop' } });
    expect(registry.seen).toContain(`GET /token ${basic}`);
    const shown = [
      await here.api.plan({ params: { plan: run.plan?.id ?? '' } }),
      await here.api.audit({ query: { limit: 100 } }),
      await here.api.secrets(),
      here.output,
    ];
    expect(JSON.stringify(shown)).not.toMatch(/correct-horse|Basic cmVhZ/);
  });

  it('that names the secret for another host sends it nowhere', async () => {
    await using here = await install(() => openSandbox());
    await using registry = await startRegistry(packedChart(here));
    await keep(here, 'registry.example.com');

    const revision = await here.push(filesOf(here, registry.host));
    const run = await here.runIn('shop', revision, 'failed');

    expect(JSON.stringify(run.phase)).toContain('secret charts: may not be used for host');
    expect(registry.seen).toEqual([]);
  });
});

async function keep({ api }: Installation, host: string): Promise<void> {
  const uses = [{ kind: 'host', name: host }] as const;
  await api.putSecret({
    params: { secret: 'charts' },
    body: { value: `reader:${password}`, uses },
  });
}

function filesOf({ cluster }: Installation, host: string): Record<string, string> {
  const login = `{ "${host}": { secret: charts } }`;
  const written = `  - { name: shop, path: shop, target: main, helm: { allowHosts: [127.0.0.1], credentials: ${login} } }`;
  return {
    'trueup.yaml': project({ context: cluster.context, written }),
    'shop/Chart.yaml': `apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- { name: redis, version: 1.2.3, repository: "oci://${host}/charts" }\n`,
  };
}

function packedChart({ namespace }: Installation): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-e2e-chart-'));
  try {
    mkdirSync(join(folder, 'redis/templates'), { recursive: true });
    writeFileSync(
      join(folder, 'redis/Chart.yaml'),
      'apiVersion: v2\nname: redis\nversion: 1.2.3\n',
    );
    writeFileSync(
      join(folder, 'redis/templates/a.yaml'),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: redis, namespace: ${namespace} }\ndata: { by: "{{ .Release.Name }}" }\n`,
    );
    execFileSync(helm, ['package', join(folder, 'redis'), '-d', folder], {
      env: { HOME: folder },
      stdio: 'ignore',
    });
    return readFileSync(join(folder, 'redis-1.2.3.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Registry extends AsyncDisposable {
  readonly host: string;
  /** `METHOD path authorization`. */
  readonly seen: readonly string[];
}

/** Holds one chart, and wants a token that it gives for a password. */
async function startRegistry(archive: Uint8Array): Promise<Registry> {
  const seen: string[] = [];
  const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  const mediaType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  const layers = [{ mediaType, digest, size: archive.length }];
  const answers = new Map<string, Uint8Array | string>([
    ['/v2/charts/redis/manifests/1.2.3', JSON.stringify({ schemaVersion: 2, layers })],
    [`/v2/charts/redis/blobs/${digest}`, archive],
  ]);
  const server = createServer(({ method, url = '', headers }, response) => {
    const { pathname } = new URL(url, 'http://registry');
    const { authorization = '', host } = headers;
    seen.push(`${method} ${pathname} ${authorization}`.trim());
    const isToken = pathname === '/token';
    if (isToken && authorization === basic) {
      response.end(JSON.stringify({ token: 't' }));
    } else if (isToken || authorization !== 'Bearer t') {
      const challenge = `Bearer realm="http://${host}/token",service="charts"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else {
      response.writeHead(answers.has(pathname) ? 200 : 404).end(answers.get(pathname));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
