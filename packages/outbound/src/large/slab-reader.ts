/** Takes what a socket reads in large pieces, read straight into the memory that is handed out. */
import type { OnReadOpts, Socket } from 'node:net';

const slabBytes = 512 * 1024;
/** With less room than this a read is not worth its call. */
const leastRoom = 64 * 1024;
/** That much may wait before the socket is paused. */
const mostWaiting = 1024 * 1024;

/**
 * L1. Memory that was handed out is never written again: each slab is filled once, from its beginning to its end.
 * L2. A socket that is paused may still hand over what it has decrypted; that is kept as well.
 */
export class SlabReader {
  /** For the socket's `onread`. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#room(),
    callback: (length) => this.#fill(length),
  };
  #slab: Buffer = Buffer.allocUnsafeSlow(slabBytes);
  #filled = 0;
  #taken = 0;
  readonly #full: Buffer[] = [];
  #waiting = 0;
  #socket: Socket | undefined;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  /** From now on its errors are answers of `next`. */
  watch(socket: Socket): void {
    this.#socket = socket;
    const end = (error?: Error) => {
      this.#end ??= { error };
      this.#wake();
    };
    socket.on('error', end);
    socket.once('end', () => end());
    socket.once('close', () => end());
  }

  /** What has come in the meantime; `undefined` at the end. Rejects as the socket has failed. For one at a time. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const piece = this.#full.shift() ?? this.#rest();
      if (piece) {
        this.#waiting -= piece.length;
        if (this.#waiting < mostWaiting) this.#socket?.resume();
        return piece;
      }
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #rest(): Buffer | undefined {
    if (this.#filled === this.#taken) return undefined;
    const piece = this.#slab.subarray(this.#taken, this.#filled);
    this.#taken = this.#filled;
    return piece;
  }

  /** L1 */
  #room(): Buffer {
    if (slabBytes - this.#filled < leastRoom) {
      const rest = this.#rest();
      if (rest) this.#full.push(rest);
      this.#slab = Buffer.allocUnsafeSlow(slabBytes);
      this.#filled = 0;
      this.#taken = 0;
    }
    return this.#slab.subarray(this.#filled);
  }

  #fill(length: number): boolean {
    this.#filled += length;
    this.#waiting += length;
    this.#wake();
    return this.#waiting < mostWaiting;
  }
}
