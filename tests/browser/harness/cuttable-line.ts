/** What lies between a browser and a server: connections that a test cuts, and an address that stays. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class CuttableLine implements AsyncDisposable {
  readonly #to: URL;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;

  constructor(to: URL, server: Server, port: number) {
    this.#to = to;
    this.#server = server;
    this.#port = port;
  }

  static async open(baseUrl: string): Promise<CuttableLine> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    // biome-ignore lint/nursery/useDisposables: it goes to the caller.
    const line = new CuttableLine(new URL(baseUrl), server, port);
    line.#forward();
    return line;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends what is open, and lets nothing through. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async mend(): Promise<void> {
    this.#server = createServer();
    this.#forward();
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.cut();
  }

  #forward(): void {
    this.#server.on('connection', (near) => {
      const far = connect(Number(this.#to.port), this.#to.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }
}
