/**
 * Lets a guarded network reach named places of this machine: a process within listens at their
 * addresses and hands each connection to a socket of ours in the file system, which connects to the
 * place. Nothing else of this machine is reached by it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { pipeline } from 'node:stream';

import type { Command } from '../launch-command.ts';
import { endOf, firstByte } from './attend-process.ts';
import type { LocalPlace } from './describe-routes.ts';

interface Surroundings {
  /** Private; holds the sockets. */
  readonly folder: string;
  readonly enter: (command: Command) => Command;
  readonly signal: AbortSignal;
}

/** Runs within: a listener for each place, from its arguments. Ends with its input. */
const listener = `
const { connect, createServer } = require('node:net');
const { pipeline } = require('node:stream');
const done = () => undefined;
const places = JSON.parse(process.argv[1]);
let waiting = places.length;
for (const { address, port, socket } of places) {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socket, allowHalfOpen: true });
    pipeline(near, far, done);
    pipeline(far, near, done);
  });
  server.listen(port, address, () => { waiting -= 1; if (waiting === 0) process.stdout.write('.'); });
}
process.stdin.on('end', () => process.exit(0)).resume();
`;

export async function forwardPlaces(
  places: readonly LocalPlace[],
  { folder, enter, signal }: Surroundings,
): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const told: (LocalPlace & { readonly socket: string })[] = [];
  for (const [index, place] of places.entries()) {
    const socket = join(folder, String(index));
    opened.use(await listenFor(place, socket));
    told.push({ ...place, socket });
  }
  const words = ['--input-type=commonjs', '-e', listener, JSON.stringify(told)];
  const command = enter({ program: execPath, arguments: words });
  const child = spawn(command.program, command.arguments, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
    cwd: '/',
  });
  opened.defer(() => endOf(child));
  child.stdin.on('error', () => undefined);
  await firstByte(child, child.stdout, signal);
  const owned = opened.move();
  return { [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function listenFor(place: LocalPlace, socket: string): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: place.address, port: place.port, allowHalfOpen: true });
    for (const one of [near, far]) {
      sockets.add(one);
      one.on('close', () => sockets.delete(one));
    }
    // Whatever breaks on one side ends the other; nobody here has to be told.
    pipeline(near, far, () => undefined);
    pipeline(far, near, () => undefined);
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      for (const one of sockets) one.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
