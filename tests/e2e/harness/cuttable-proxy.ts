import { connect, createServer, type Socket } from 'node:net';

import type { TestCluster } from './cluster.ts';

/** A way to a cluster that can be cut: connections break, and new ones are refused. */
export class CuttableProxy {
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  /** The same cluster, reached by way of the proxy. */
  static async before(cluster: TestCluster): Promise<readonly [TestCluster, CuttableProxy]> {
    const [, host = '', port = ''] =
      /server: "?https?:\/\/([\d.]+):(\d+)/.exec(cluster.kubeconfig) ?? [];
    const server = createServer();
    const proxy = new CuttableProxy();
    server.on('connection', (near) => proxy.#join(near, connect(Number(port), host)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const own = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const kubeconfig = cluster.kubeconfig.replace(`${host}:${port}`, `127.0.0.1:${own}`);
    const close = async (): Promise<void> => {
      proxy.cut();
      server.close();
      await cluster.close();
    };
    return [{ ...cluster, kubeconfig, close }, proxy];
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** Breaks what is open; new connections go through. */
  shake(): void {
    this.cut();
    this.mend();
  }

  #join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    if (this.#isCut) near.destroy();
    else near.pipe(far).pipe(near);
  }
}
