import { createServer, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { CallPool, formatCall } from './call-pool.ts';

const signal = new AbortController().signal;
const get = (path = '/') => ({ method: 'GET', path, headers: { accept: 'a' } }) as const;
const ok = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

/** What a server says to the head of a request; `undefined`: nothing. */
type Answer = (path: string, socket: Socket) => string | undefined;

interface Stage {
  readonly pool: CallPool;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  connections: number;
}

async function stage(answer: Answer, times: Partial<Times> = {}): Promise<Stage> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    stand.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const text = answer(chunk.toString().split(' ')[1] ?? '', socket);
      if (text !== undefined) socket.write(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const options = { connections: 2, connectTimeoutMs: 5000, answerTimeoutMs: 60_000, idleMs: 5000 };
  const origin = new URL(`http://127.0.0.1:${port}`);
  const pool = new CallPool({ server: origin, ...options, ...times });
  const stand: Stage = { pool, server, sockets, connections: 0 };
  opened.push({
    async close() {
      await pool.destroy();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return stand;
}

interface Times {
  readonly answerTimeoutMs: number;
  readonly idleMs: number;
}

describe('calls', () => {
  it('get their own answers, over few connections', async () => {
    const stand = await stage((path) => ok(path));

    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    const answers = await Promise.all(paths.map((path) => stand.pool.call(get(path), signal)));

    expect(answers.map(({ text }) => text)).toEqual(paths);
    expect(stand.connections).toBe(2);
  });

  it('open another connection where the server closes one', async () => {
    const closing = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
    const stand = await stage(() => closing);

    for (let turn = 0; turn < 3; turn += 1) await stand.pool.call(get(), signal);

    expect(stand.connections).toBe(3);
  });

  it('read an answer that ends with its connection', async () => {
    const stand = await stage((_path, socket) => {
      socket.end('HTTP/1.1 200 OK\r\n\r\nwhole');
      return undefined;
    });

    expect((await stand.pool.call(get(), signal)).text).toBe('whole');
  });

  it.each([
    ['before it answers', '', 'ECONNRESET'],
    ['in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'ECONNRESET'],
    ['with what is no answer', 'SSH-2.0\r\n\r\n', 'HTTP_MALFORMED'],
  ])('fail when the server leaves %s', async (_name, text, code) => {
    const stand = await stage((_path, socket) => {
      socket.end(text);
      return undefined;
    });

    await expect(stand.pool.call(get(), signal)).rejects.toMatchObject({ code });
  });

  it('never get an answer that nobody asked for', async () => {
    const stand = await stage((path) => (path === '/first' ? ok('a') + ok('evil') : ok('b')));

    await expect(stand.pool.call(get('/first'), signal)).rejects.toMatchObject({
      code: 'HTTP_MALFORMED',
    });
    expect((await stand.pool.call(get('/second'), signal)).text).toBe('b');
  });

  it('leave a connection on which a server speaks unasked', async () => {
    const stand = await stage((path) => ok(path));
    await stand.pool.call(get('/a'), signal);
    const [socket] = stand.sockets;
    const gone = new Promise((resolve) => socket?.once('close', resolve));
    socket?.write(ok('evil'));
    await gone;

    expect((await stand.pool.call(get('/b'), signal)).text).toBe('/b');
    expect(stand.connections).toBe(2);
  });

  it('are given up when the server says nothing more', async () => {
    const stand = await stage(() => 'HTTP/1.1 200 OK\r\n', { answerTimeoutMs: 30 });

    await expect(stand.pool.call(get(), signal)).rejects.toMatchObject({ code: 'ANSWER_TIMEOUT' });
  });

  it('let connections go that nobody needs', async () => {
    const stand = await stage((path) => ok(path), { idleMs: 10 });
    await stand.pool.call(get(), signal);
    const [socket] = stand.sockets;

    await new Promise((resolve) => socket?.once('close', resolve));

    expect((await stand.pool.call(get(), signal)).status).toBe(200);
    expect(stand.connections).toBe(2);
  });

  it('say how a connection failed', async () => {
    const stand = await stage(() => undefined);
    await new Promise((resolve) => stand.server.close(resolve));

    await expect(stand.pool.call(get(), signal)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('an abort', () => {
  it('ends what waits and what is on its way, and nothing else', async () => {
    const stand = await stage((path) => (path === '/silent' ? undefined : ok(path)));
    const stop = new AbortController();
    const reason = new Error('superseded');
    const silent = Array.from({ length: 4 }, () => stand.pool.call(get('/silent'), stop.signal));
    const other = stand.pool.call(get('/other'), signal);
    const ends = Promise.allSettled(silent);

    stop.abort(reason);

    expect(await ends).toEqual(silent.map(() => ({ status: 'rejected', reason })));
    expect((await other).text).toBe('/other');
    await expect(stand.pool.call(get(), stop.signal)).rejects.toBe(reason);
  });
});

describe('closing', () => {
  it('lets what is on its way come to its end, and takes nothing more', async () => {
    let answer: () => void = () => undefined;
    const stand = await stage((_path, socket) => {
      answer = () => socket.write(ok('late'));
      return undefined;
    });
    const call = stand.pool.call(get(), signal);
    await expect.poll(() => stand.sockets.size).toBe(1);
    await expect.poll(() => answer.toString()).toContain('late');
    const closed = stand.pool.close();

    await expect(stand.pool.call(get(), signal)).rejects.toThrow('closed');
    answer();

    expect((await call).text).toBe('late');
    await closed;
  });

  it('at once ends all', async () => {
    const stand = await stage(() => undefined);
    const calls = Promise.allSettled(
      Array.from({ length: 4 }, () => stand.pool.call(get(), signal)),
    );

    await stand.pool.destroy();

    expect((await calls).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  });
});

describe('a request', () => {
  it('says how long its body is, in bytes', () => {
    const call = { ...get('/a?b=c'), headers: { a: ['1', '2'], b: '3' }, body: '{"ä":1}' };

    expect(formatCall(call, 'server:1')).toBe(
      'GET /a?b=c HTTP/1.1\r\nhost: server:1\r\na: 1\r\na: 2\r\nb: 3\r\ncontent-length: 8\r\n\r\n{"ä":1}',
    );
  });

  it.each([
    ['a path', { path: '/a\r\nx: y' }],
    ['a path with a space', { path: '/a b' }],
    ['a header', { headers: { authorization: 'Bearer a\r\nx: y' } }],
  ])('holds nothing that ends a line early: %s', (_name, part) => {
    expect(() => formatCall({ ...get(), ...part }, 'server')).toThrow();
  });
});
