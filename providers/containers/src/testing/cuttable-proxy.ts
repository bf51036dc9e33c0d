/** A port before another one or a socket, whose cable can be pulled. */
import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type NetConnectOpts,
  type Socket,
} from 'node:net';

export interface CuttableProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections there were. */
  count(): number;
  /** Ends what is connected, and takes nothing more. */
  cut(): void;
  mend(): void;
}

export async function openCuttableProxy(place: NetConnectOpts): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  let count = 0;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (isCut) {
      near.destroy();
      return;
    }
    count += 1;
    const far = connect(place);
    far.on('error', () => near.destroy());
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const cut = (): void => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    count: () => count,
    cut,
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
