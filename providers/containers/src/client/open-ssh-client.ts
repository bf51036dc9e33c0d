/**
 * Speaks to the engine of another machine by ssh. What ssh says tells why a call failed, better than
 * the end of a connection does.
 */
import { setTimeout as delay } from 'node:timers/promises';

import {
  type ContainersClient,
  type EngineAnswer,
  type EngineCall,
  EngineGoneError,
} from '../containers-client.ts';
import { explainSsh } from './explain-ssh.ts';
import { KeptLine, type LinePorts } from './keep-line.ts';
import { openHttpClient } from './open-http-client.ts';
import { openSshLine, type SshLine, type SshRoute } from './ssh-line.ts';

export interface SshClientOptions extends LinePorts {
  readonly route: SshRoute;
  /** Where ssh is looked for, written like PATH. */
  readonly searchPath: string;
}

interface Connection extends AsyncDisposable {
  isUp(): boolean;
  readonly line: SshLine;
  readonly client: ContainersClient;
}

/** Connects with the first call. */
export function openSshClient(options: SshClientOptions): ContainersClient {
  const { route, searchPath } = options;
  const kept = new KeptLine((signal) => connect(route, searchPath, signal), options);

  function callBy(
    { line, client }: Connection,
    call: EngineCall,
    signal: AbortSignal,
  ): Promise<EngineAnswer> {
    return explained(line, signal, () => client.call(call, signal));
  }

  return {
    async call(call, signal) {
      kept.take();
      try {
        const connection = await kept.get(signal);
        try {
          return await callBy(connection, call, signal);
        } catch (error) {
          signal.throwIfAborted();
          // The machine was restarted, or the line was cut: what only reads is sent over a new one.
          const mayRepeat = call.method === 'GET' && isLost(error);
          if (!mayRepeat) throw error;
          await Promise.race([delay(saysWithinMs), connection.line.ended]);
          return await callBy(await kept.get(signal), call, signal);
        }
      } finally {
        kept.release();
      }
    },
    async *stream(call, signal) {
      kept.take();
      try {
        const { line, client } = await kept.get(signal);
        const pieces = client.stream(call, signal)[Symbol.asyncIterator]();
        yield* readOn(pieces, line, signal);
      } finally {
        kept.release();
      }
    },
    close: () => kept.close(),
  };
}

/** Not open before the engine has answered, so that what is wrong shows in one place. */
async function connect(
  route: SshRoute,
  searchPath: string,
  signal: AbortSignal,
): Promise<Connection> {
  await using opened = new AsyncDisposableStack();
  const connection = opened.use(toConnection(await openSshLine(route, searchPath, signal)));
  await ping(connection, signal);
  opened.move();
  return connection;
}

function toConnection(line: SshLine): Connection {
  const client = openHttpClient({ address: { kind: 'unix', path: line.socket } });
  return {
    line,
    client,
    isUp: () => line.isUp(),
    async [Symbol.asyncDispose]() {
      await client.close();
      await line[Symbol.asyncDispose]();
    },
  };
}

/** A socket is there a moment before it takes connections. */
const takesWithinMs = 1000;

async function ping({ line, client }: Connection, signal: AbortSignal): Promise<void> {
  const call: EngineCall = { method: 'GET', path: '/_ping', unversioned: true, timeoutMs: 10_000 };
  for (let waitedMs = 0; ; waitedMs += 20) {
    try {
      await explained(line, signal, () => client.call(call, signal));
      return;
    } catch (error) {
      const isEarly = error instanceof EngineGoneError && error.code === 'ECONNREFUSED';
      if (!isEarly || waitedMs >= takesWithinMs) throw toUnreached(error);
      await delay(20, undefined, { signal });
    }
  }
}

/** Nothing but the question was sent, so that nothing can have been carried out. */
function toUnreached(error: unknown): unknown {
  if (!(error instanceof EngineGoneError) || error.kind !== 'broken') return error;
  const kind = error.code === 'SSH_FORWARDING_REFUSED' ? 'refused' : 'unreached';
  return new EngineGoneError(kind, error.code);
}

async function explained<T>(line: SshLine, signal: AbortSignal, use: () => Promise<T>): Promise<T> {
  const before = line.saidLength();
  try {
    return await use();
  } catch (error) {
    signal.throwIfAborted();
    throw await explain(error, line, before);
  }
}

async function* readOn(
  pieces: AsyncIterator<Uint8Array>,
  line: SshLine,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await explained(line, signal, () => pieces.next());
      if (done) return;
      yield value;
    }
  } finally {
    await pieces.return?.();
  }
}

/** ssh ends a connection and says why in either order. */
const saysWithinMs = 50;

/**
 * Whether the call was carried out is not for ssh to say: several calls share a line, and the one that
 * it speaks of may be another. So only the reason is its, the kind stays.
 */
async function explain(error: unknown, line: SshLine, before: number): Promise<unknown> {
  if (!(error instanceof EngineGoneError) || !['broken', 'unreached'].includes(error.kind)) {
    return error;
  }
  if (line.saidSince(before) === '') await Promise.race([delay(saysWithinMs), line.ended]);
  const found = explainSsh(line.saidSince(before));
  if (found) return new EngineGoneError(error.kind, found.code);
  return line.isUp() ? error : new EngineGoneError(error.kind, 'SSH_ENDED');
}

function isLost(error: unknown): boolean {
  return (
    error instanceof EngineGoneError && error.code.startsWith('SSH_') && error.kind === 'broken'
  );
}
