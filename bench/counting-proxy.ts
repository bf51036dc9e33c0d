/** Stands between a client and the API server, and counts every request that comes by. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { pipeline } from 'node:stream';

import type { BareCluster } from './bare-cluster.ts';

export interface CountingProxy extends AsyncDisposable {
  /** Requests so far, watches that are open included. */
  count(): number;
}

/** Listens on loopback, and writes a kubeconfig that leads through it. */
export async function startCountingProxy(
  { server, certificateAuthority, token }: BareCluster,
  kubeconfig: string,
): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true, ca: certificateAuthority });
  let count = 0;
  const proxy = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    count += 1;
    const headers = { ...asked.headers, authorization: `Bearer ${token}` };
    const options = { method: asked.method, headers, agent };
    const passed = request(`${server}${asked.url}`, options, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answer.flushHeaders();
      pipeline(answered, answer, () => undefined);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    pipeline(asked, passed, () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await writeFile(kubeconfig, formatKubeconfig(`http://127.0.0.1:${port}`));
  return {
    count: () => count,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

function formatKubeconfig(url: string): string {
  return `apiVersion: v1
kind: Config
current-context: testbed
contexts: [{name: testbed, context: {cluster: testbed, user: nobody}}]
clusters: [{name: testbed, cluster: {server: '${url}'}}]
users: [{name: nobody, user: {}}]
`;
}
