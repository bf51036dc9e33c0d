import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';

import { StalledError, TransientError } from '@trueup/diagnostics';

import { isolateCommand } from './isolation/isolate-command.ts';
import type {
  IsolationMeans,
  IsolationRequest,
  NetworkReach,
} from './isolation/isolation-request.ts';
import { probeBubblewrap } from './isolation/probe-bubblewrap.ts';
import { boundMemory, type Command, dieWithParent } from './launch-command.ts';
import { type GuardedNetwork, openNetwork } from './network/open-network.ts';
import { probeNetwork } from './network/probe-network.ts';
import { environmentOf } from './private-folder.ts';
import { markName } from './process-group.ts';
import type { ProgramSpec } from './program-spec.ts';

/** Everything that the system is asked for when a program starts. */
export interface Launch {
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly isolation: IsolationMeans;
  readonly network: NetworkReach;
  /** What its processes are found by; see `killMarked`. */
  readonly mark: string;
}

export interface LaunchPlace {
  readonly privateFolder: string;
  /** Gets what has to go once the program is gone. */
  readonly owned: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

/**
 * `StalledError` `PROGRAM_ISOLATION_UNAVAILABLE` when isolation is required and cannot be had,
 * `TransientError` `PROGRAM_NO_ROOM` when a network that can be had elsewise cannot be had now.
 */
export async function composeLaunch(spec: ProgramSpec, place: LaunchPlace): Promise<Launch> {
  const { privateFolder } = place;
  const folder = spec.folder ?? privateFolder;
  if (!(isAbsolute(spec.program) && isAbsolute(folder))) {
    throw new Error(`${spec.program}: a program and its folder are absolute paths.`);
  }
  const bare = { program: spec.program, arguments: spec.arguments };
  const { isolation } = spec;
  const isolated = isolation && (await isolate(bare, isolation, { ...place, folder }));
  const { memoryBytes } = spec.limits;
  const command = isolated?.command ?? (isolation ? await dieWithParent(bare) : bare);
  const mark = randomUUID();
  return {
    command: memoryBytes === undefined ? command : await boundMemory(command, memoryBytes),
    environment: { ...environmentOf(privateFolder), ...spec.environment, [markName]: mark },
    folder,
    isolation: isolated ? 'bubblewrap' : 'none',
    network: isolated?.network ?? 'host',
    mark,
  };
}

interface Isolated {
  readonly command: Command;
  readonly network: NetworkReach;
}

async function isolate(
  command: Command,
  request: IsolationRequest,
  place: LaunchPlace & { readonly folder: string },
): Promise<Isolated | undefined> {
  if (request.level === 'none') return undefined;
  const bubblewrap = await probeBubblewrap(request.bubblewrap);
  if (!bubblewrap) {
    if (request.level === 'preferred') return undefined;
    throw unavailable(command, 'bubblewrap does not work here');
  }
  const file = await realpath(command.program).catch(() => command.program);
  const network = request.network === 'guarded' ? await guard(command, request, place) : undefined;
  const isolated = await isolateCommand(
    command,
    {
      readable: [...request.readable, command.program, file],
      writable: [...request.writable, place.privateFolder],
      folder: place.folder,
      network: request.network === 'none' ? 'none' : 'shared',
      ...(network && { resolverFile: network.resolverFile }),
    },
    bubblewrap,
  );
  if (network) return { command: network.enter(isolated), network: 'guarded' };
  return { command: isolated, network: request.network === 'none' ? 'none' : 'host' };
}

async function guard(
  command: Command,
  { level, local = [], networkPrograms }: IsolationRequest,
  { owned, signal }: LaunchPlace,
): Promise<GuardedNetwork | undefined> {
  const programs = await probeNetwork(networkPrograms);
  if (!programs) {
    if (level === 'preferred') return undefined;
    throw unavailable(command, 'slirp4netns, which guards the network, does not work here');
  }
  const network = await openNetwork(local, programs, signal).catch(() => undefined);
  signal.throwIfAborted();
  if (network) {
    owned.defer(network.close);
    return network;
  }
  // Never one without a guard instead: it was there, and will be again.
  const name = basename(command.program);
  const message = `${name}: not started: no network of its own could be made for it`;
  throw new TransientError('PROGRAM_NO_ROOM', message, name);
}

function unavailable({ program }: Command, what: string): StalledError {
  const name = basename(program);
  return new StalledError(
    'PROGRAM_ISOLATION_UNAVAILABLE',
    `${name}: not run: isolation is required, and ${what}`,
    name,
  );
}
