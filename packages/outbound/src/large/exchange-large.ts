/**
 * Large answers, by a connection of their own. The library that serves all others takes them in pieces of 16 to 64 KiB, of
 * which each costs more than it carries; here they are read as they lie in the kernel.
 */
import type { Socket } from 'node:net';

import { tooLong } from '../decode-body.ts';
import type { Call } from '../exchange.ts';
import type { OutboundStream } from '../outbound-request.ts';
import type { Hop } from '../redirection.ts';
import { type Rim, translateErrors } from '../translate-errors.ts';
import { type AnswerHead, parseHead } from './parse-head.ts';
import { SlabReader } from './slab-reader.ts';

/** As the library bounds it. */
const longestHead = 16 * 1024;

/** `undefined` where the usual way has to be taken: the request or its answer is not a plain one. */
export async function exchangeLarge(hop: Hop, call: Call): Promise<OutboundStream | undefined> {
  const { url, method, body } = hop;
  const { limits, signal, deadline, dispatchers } = call;
  const request = method === 'GET' && body === undefined ? formatRequest(hop) : undefined;
  if (request === undefined) return undefined;
  signal.throwIfAborted();
  const rim = { host: url.hostname, signal, deadline };
  const reader = new SlabReader();
  const either = AbortSignal.any([signal, deadline]);
  const { onread } = reader;
  const socket = await translateErrors(rim, async () =>
    dispatchers.connect(url, { onread, signal: either }),
  );
  if (!socket) return undefined;
  reader.watch(socket);
  let taken = false;
  try {
    socket.write(request, 'latin1');
    const begun = await translateErrors(rim, () => readHead(reader));
    if (!begun || isPacked(begun.head)) return undefined;
    taken = true;
    const { status, headers } = begun.head;
    const content = { reader, socket, ...begun, rim, boundBytes: limits.responseBytes };
    return {
      status,
      headers,
      url: url.href,
      body: readBody(content),
      [Symbol.asyncDispose]: async () => {
        socket.destroy();
      },
    };
  } finally {
    if (!taken) socket.destroy();
  }
}

/** `undefined` where a header would be another one. */
function formatRequest({ url, headers }: Hop): string | undefined {
  const all = { host: url.host, connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const isPlain = lines.every((line) => /^[\w-]+: [\t\x20-\x7e\x80-\xff]*$/.test(line));
  if (!isPlain) return undefined;
  return [`GET ${url.pathname}${url.search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

interface Begun {
  readonly head: AnswerHead;
  /** What came along with the head. */
  readonly first: Buffer;
}

async function readHead(reader: SlabReader): Promise<Begun | undefined> {
  let read: Buffer = Buffer.alloc(0);
  while (read.length <= longestHead) {
    const piece = await nextOf(reader);
    read = read.length === 0 ? piece : Buffer.concat([read, piece]);
    const end = read.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const head = parseHead(read.toString('latin1', 0, end));
    return head && { head, first: read.subarray(end + 4) };
  }
  return undefined;
}

function isPacked({ headers }: AnswerHead): boolean {
  return !['', 'identity'].includes(headers.get('content-encoding')?.toLowerCase() ?? '');
}

interface Content extends Begun {
  readonly reader: SlabReader;
  readonly socket: Socket;
  readonly rim: Rim;
  readonly boundBytes: number;
}

async function* readBody({
  reader,
  socket,
  head,
  first,
  rim,
  boundBytes,
}: Content): AsyncGenerator<Uint8Array> {
  try {
    if (head.contentLength > boundBytes) throw tooLong({ ...rim, boundBytes });
    let left = head.contentLength;
    for (let piece = first; ; piece = await translateErrors(rim, () => nextOf(reader))) {
      // What stands behind the end is not part of it.
      const part = piece.subarray(0, left);
      left -= part.length;
      if (part.length > 0) yield part;
      if (left === 0) return;
    }
  } finally {
    socket.destroy();
  }
}

async function nextOf(reader: SlabReader): Promise<Buffer> {
  const piece = await reader.next();
  if (piece) return piece;
  throw Object.assign(new Error('The other side has closed.'), { code: 'ECONNRESET' });
}
