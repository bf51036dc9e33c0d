/**
 * Servers of ssh that the test bed started, in front of its engine: `TRUEUP_HOSTS` holds their folder,
 * `TRUEUP_ENGINE` the address of the engine.
 */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '@trueup/diagnostics';

import { type CuttableProxy, openCuttableProxy } from './cuttable-proxy.ts';

export interface RealSsh extends AsyncDisposable {
  readonly cable: CuttableProxy;
  readonly address: string;
  readonly identity: { readonly privateKey: string; readonly knownHosts: string };
  /** Of a target with one host, `edge-1`. */
  settings(changes?: Partial<RealSsh['identity']> & { readonly socket?: string }): JsonObject;
}

export async function openRealSsh(folder: string, engine: string): Promise<RealSsh> {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const { host1 } = JSON.parse(read('hosts.json'));
  return toRealSsh(
    { read, engine, port: host1.port },
    await openCuttableProxy({ host: '127.0.0.1', port: host1.port }),
  );
}

interface Place {
  readonly read: (name: string) => string;
  readonly engine: string;
  readonly port: number;
}

function toRealSsh({ read, engine, port }: Place, cable: CuttableProxy): RealSsh {
  const known = read('known_hosts')
    .split('\n')
    .find((line) => line.startsWith(`[127.0.0.1]:${port} `));
  const identity = {
    privateKey: read('key'),
    knownHosts: (known ?? '').replace(`]:${port} `, `]:${cable.port} `),
  };
  const place = `ssh://${userInfo().username}@127.0.0.1:${cable.port}`;
  const address = `${place}${engine.replace('unix://', '')}`;
  return {
    cable,
    address,
    identity,
    settings: ({ socket, ...changes } = {}) => ({
      ssh: { ...identity, ...changes },
      hosts: { 'edge-1': socket === undefined ? address : `${place}${socket}` },
    }),
    [Symbol.asyncDispose]: () => cable[Symbol.asyncDispose](),
  };
}
