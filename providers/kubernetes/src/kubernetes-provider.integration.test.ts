import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { env } from 'node:process';

import { describeProvider } from '@trueup/provider-sdk/testing';
import { describe, expect, it } from 'vitest';

import { UntrustedServerError } from './kubernetes-client.ts';
import { connectTarget } from './session/connect-target.ts';
import { clusterAbilities, openClusterFixture } from './testing/cluster-fixture.ts';
import { describeCluster } from './testing/describe-cluster.ts';
import { describeHonesty } from './testing/describe-honesty.ts';
import { realCluster } from './testing/real-cluster.ts';

const access = realCluster(env);

describe.runIf(access)('on a real API server', () => {
  if (!access) return;
  describeProvider('by lists', () => openClusterFixture(access, false), clusterAbilities);
  describeProvider('by watches', () => openClusterFixture(access, true), clusterAbilities);
});

describe.runIf(access)('on a real API server, case by case', () => {
  if (!access) return;
  describeHonesty(() => access, { seed: 1, cases: 200, lanes: 3 });
  describeCluster('kubernetes', () => access, { validates: true });
});

describe.runIf(access && env['KUBECONFIG'])('through a kubeconfig', () => {
  const paths = [env['KUBECONFIG'] ?? ''];
  const target = { name: 'test', settings: {} };
  const connections = { kubeconfigs: paths, programs: { searchPath: '', environment: {} } };

  it('with a client certificate', async () => {
    const { client } = await connectTarget({ ...target, settings: { context } }, connections);

    expect(await client.identify(signal)).toMatch(/^[0-9a-f-]{36}$/);
    await client.close();
  });

  it('given as a text, and by a proxy', async () => {
    const proxy = await startProxy();
    const text = (await readFile(paths[0] ?? '', 'utf8')).replace(
      /^( *)server: /m,
      `$1proxy-url: http://user:pass@127.0.0.1:${proxy.port}\n$1server: `,
    );

    const { client } = await connectTarget(
      { ...target, settings: { kubeconfig: text } },
      connections,
    );

    expect(await client.identify(signal)).toMatch(/^[0-9a-f-]{36}$/);
    expect(proxy.seen).toContain(`Basic ${Buffer.from('user:pass').toString('base64')}`);
    await client.close();
    proxy.close();
  });

  it('that trusts somebody else is told so', async () => {
    const text = (await readFile(paths[0] ?? '', 'utf8')).replace(
      /certificate-authority-data: .*/,
      '',
    );

    const { client } = await connectTarget(
      { ...target, settings: { kubeconfig: text } },
      connections,
    );

    await expect(client.identify(signal)).rejects.toBeInstanceOf(UntrustedServerError);
    await client.close();
  });
});

const context = 'testbed';
const signal = new AbortController().signal;

async function startProxy() {
  const seen: string[] = [];
  const server = createServer();
  server.on('connect', ({ url, headers }, socket: Socket) => {
    seen.push(headers['proxy-authorization'] ?? '');
    const [host, port] = (url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, port, close: () => server.close() };
}
